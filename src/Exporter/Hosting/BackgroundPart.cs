namespace Exporter.Hosting;

/// <summary>
/// A part of the program that runs from its start to its stop, in the order in which they are registered; see <see cref="Supervisor"/>.
/// </summary>
/// <param name="Make">Gives the part.</param>
internal sealed record BackgroundPart(Func<IServiceProvider, IHostedService> Make);
