namespace Simulator;

/// <summary>Sends the bytes of a reply to the client; behaviours may replace it.</summary>
internal delegate Task Sending(HttpContext http, Reply reply, CancellationToken ct);
