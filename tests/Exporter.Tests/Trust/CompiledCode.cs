using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace Exporter.Tests.Trust;

/// <summary>What the code of an assembly calls in others, as it was compiled.</summary>
internal static class CompiledCode
{
    /// <summary>Returns which of its classes call what has such a name.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="name">Of the method with its class, such as <c>X509Chain.Create</c>.</param>
    /// <returns>As <c>Caller calls Class.Method</c>, each once.</returns>
    public static IEnumerable<string> Calls(Assembly assembly, Regex name)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var code = file.GetMetadataReader();
        var wanted = code
            .MemberReferences.Select(handle =>
                (Token: MetadataTokens.GetToken(handle), Name: NameOf(code, code.GetMemberReference(handle)))
            )
            .Where(member => name.IsMatch(member.Name))
            .ToDictionary(static member => member.Token, static member => member.Name);
        return
        [
            .. (
                from handle in code.MethodDefinitions
                let method = code.GetMethodDefinition(handle)
                where method.RelativeVirtualAddress != 0
                let body = file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()
                from at in Enumerable.Range(0, Math.Max(0, body.Length - 3))
                let token = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(at))
                where wanted.ContainsKey(token)
                select $"{ClassOf(code, method.GetDeclaringType())} calls {wanted[token]}"
            ).Distinct(StringComparer.Ordinal),
        ];
    }

    private static string NameOf(MetadataReader code, MemberReference member) =>
        member.Parent.Kind == HandleKind.TypeReference
            ? $"{code.GetString(code.GetTypeReference((TypeReferenceHandle)member.Parent).Name)}.{code.GetString(member.Name)}"
            : "";

    /// <summary>The class that is written in the source: lambdas and asynchronous methods have classes of their own in it.</summary>
    private static string ClassOf(MetadataReader code, TypeDefinitionHandle handle)
    {
        var type = code.GetTypeDefinition(handle);
        return type.GetDeclaringType() is { IsNil: false } outer ? ClassOf(code, outer) : code.GetString(type.Name);
    }
}
