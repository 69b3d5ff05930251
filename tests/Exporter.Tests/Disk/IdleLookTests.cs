using Exporter.Disk;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.Disk;

/// <summary>Beside no other test, because it is all of the process that allocates.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class IdleLookTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_look_at_a_file_takes_little_memory_whatever_the_file_holds()
    {
        const int Looks = 200;
        File.WriteAllText(_file, new string('x', 500_000));
        OperatorFile.Digest(_file);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        for (var look = 0; look < Looks; look++)
        {
            OperatorFile.Digest(_file);
        }

        Assert.InRange((GC.GetTotalAllocatedBytes(precise: true) - before) / Looks, 0, 16 * 1024);
    }
}
