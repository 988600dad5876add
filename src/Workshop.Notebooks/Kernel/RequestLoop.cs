using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Workshop.Notebooks;

/// <summary>Handles the requests of one channel, one after the other: says busy, answers, says idle.</summary>
/// <param name="codec">Writes the answers.</param>
/// <param name="publisher">Where busy and idle are said.</param>
/// <param name="interrupt">What stops the request that is being served.</param>
/// <param name="handle">Makes an answer's content; <see langword="null"/> when there is nothing to answer.</param>
internal sealed class RequestLoop(
    JupyterCodec codec, KernelPublisher publisher, CellInterrupt interrupt, Func<JupyterMessage, CancellationToken, Task<JsonObject?>> handle)
{
    private readonly Channel<(JupyterMessage Request, long Number)> _waiting = Channel.CreateUnbounded<(JupyterMessage, long)>();
    private long _taken;
    private long _abortedThrough;

    /// <summary>Takes a message from a peer; what is not signed is dropped.</summary>
    public void Take(ZmtpConnection sender, byte[][] frames)
    {
        if (codec.Decode(sender, frames) is { } request)
            _waiting.Writer.TryWrite((request, Interlocked.Increment(ref _taken)));
    }

    /// <summary>Has all executions that wait now answered with <c>aborted</c>: they were sent in the belief that the one before them works.</summary>
    public void AbortWaitingExecutions() => _abortedThrough = Interlocked.Read(ref _taken);

    /// <summary>Handles requests until <paramref name="cancellationToken"/> is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (request, number) in _waiting.Reader.ReadAllAsync(cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested(); // the enumeration asks only when nothing waits
                await interrupt.RunAsync(stop => ServeAsync(request, number <= _abortedThrough, stop), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the kernel ends
        }
    }

    // All of it can be interrupted: who presses Stop on seeing busy must not press it in vain.
    private async Task ServeAsync(JupyterMessage request, bool isAborted, CancellationToken stop)
    {
        publisher.PublishState("busy", request.Header);
        if (await AnswerAsync(request, isAborted, stop) is { } answer)
            Reply(request, answer);
        publisher.PublishState("idle", request.Header);
    }

    /// <summary>Answers a request; the type of the answer is the request's own, with another ending.</summary>
    private void Reply(JupyterMessage request, JsonObject content)
    {
        var type = request.Type.Replace("_request", "_reply", StringComparison.Ordinal);
        // Who asks and never reads the answers is not waited for.
        if (!request.Sender.TrySend(codec.Encode(request.Route, type, content, request.Header)))
            request.Sender.Abort();
    }

    private async Task<JsonObject?> AnswerAsync(JupyterMessage request, bool isAborted, CancellationToken stop)
    {
        if (isAborted && request.Type == "execute_request")
            return new JsonObject { ["status"] = "aborted" };
        try
        {
            return await handle(request, stop);
        }
        catch (Exception exception)
        {
            // A message that makes no sense, or a bug of ours: who asked gets an answer, and the kernel goes on.
            return request.Type.EndsWith("_request", StringComparison.Ordinal) ? KernelErrors.ToJson(Traceback.Describe(exception)) : null;
        }
    }
}
