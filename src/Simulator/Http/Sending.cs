namespace Simulator;

/// <summary>How the bytes of a reply reach the client; behaviours put their own in place of the plain one.</summary>
internal delegate Task Sending(HttpContext http, Reply reply, CancellationToken ct);
