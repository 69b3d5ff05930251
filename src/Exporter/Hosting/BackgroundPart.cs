namespace Exporter.Hosting;

/// <summary>
/// A part of the program that runs from its start to its stop; the order of registration is the order of the start; see
/// <see cref="Supervisor"/>.
/// </summary>
/// <param name="Make">Creates the part.</param>
internal sealed record BackgroundPart(Func<IServiceProvider, IHostedService> Make);
