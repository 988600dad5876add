using System.Text;
using System.Threading.Channels;

namespace Workshop.Notebooks;

/// <summary>Brings the events of a session to their listeners, in order, off the cells' threads.</summary>
internal sealed class CellEventPump : IAsyncDisposable
{
    private const int TextLimit = 64 * 1024;
    private static readonly TimeSpan s_gathering = TimeSpan.FromMilliseconds(20);

    private readonly Channel<Item> _items = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true });
    // Of each display the latest update that nobody has seen yet. Those it replaces are never delivered: an endless loop of updates cannot fill the queue.
    private readonly Dictionary<string, Item> _updates = new(StringComparer.Ordinal);
    private readonly Task _delivery;
    private Exception? _listenersFault;

    public CellEventPump()
    {
        using (ExecutionContext.SuppressFlow())
            _delivery = Task.Run(DeliverAsync);
    }

    public void Post(ICellListener listener, CellEvent cellEvent)
    {
        var item = new Item(listener, cellEvent, null);
        if (cellEvent is CellEvent.DisplayUpdated { DisplayId: var display } && !IsFirstWaiting(display, item))
            return;
        _items.Writer.TryWrite(item);
    }

    /// <summary>Ends when all events posted before are delivered.</summary>
    /// <exception cref="Exception">What a listener threw since the last drain.</exception>
    public Task DrainAsync()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_items.Writer.TryWrite(new Item(null, null, reached)))
            reached.SetResult();
        return reached.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _items.Writer.TryComplete();
        await _delivery;
    }

    private async Task DeliverAsync()
    {
        var reader = _items.Reader;
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out var item))
            {
                if (item.Reached is not null)
                    Answer(item.Reached);
                else if (item.Event is CellEvent.DisplayUpdated { DisplayId: var display })
                    Deliver(await LatestUpdateAsync(reader, display));
                else
                    Deliver(item.Event is CellEvent.Wrote first ? item with { Event = await JoinWritesAsync(reader, item, first) } : item);
            }
        }
    }

    private bool IsFirstWaiting(string display, Item update)
    {
        lock (_updates)
        {
            var isFirst = !_updates.ContainsKey(display);
            _updates[display] = update;
            return isFirst;
        }
    }

    // Fifty pictures a second are enough for a person. Anything else ends the wait at once, the end of the cell too.
    private async ValueTask<Item> LatestUpdateAsync(ChannelReader<Item> reader, string display)
    {
        using var enough = new CancellationTokenSource(s_gathering);
        try
        {
            await reader.WaitToReadAsync(enough.Token);
        }
        catch (OperationCanceledException)
        {
            // long enough
        }
        lock (_updates)
        {
            _updates.Remove(display, out var latest);
            return latest!;
        }
    }

    // A loop of short writes would otherwise become as many messages on the wire. Anything else ends the wait at once, the end of the cell too.
    private static async ValueTask<CellEvent.Wrote> JoinWritesAsync(ChannelReader<Item> reader, Item item, CellEvent.Wrote first)
    {
        StringBuilder? joined = null;
        using var enough = new CancellationTokenSource(s_gathering);
        try
        {
            do
            {
                while (reader.TryPeek(out var next))
                {
                    if (next.Listener != item.Listener || next.Event is not CellEvent.Wrote more || more.Stream != first.Stream || more.CellNumber != first.CellNumber)
                        return Joined();
                    joined ??= new StringBuilder(first.Text);
                    joined.Append(more.Text);
                    reader.TryRead(out _);
                    if (joined.Length >= TextLimit && !EndsInHalf())
                        return Joined();
                }
            }
            while (await reader.WaitToReadAsync(EndsInHalf() ? CancellationToken.None : enough.Token));
        }
        catch (OperationCanceledException)
        {
            // long enough for a person to wait for a line
        }
        return Joined();

        // foreach (var c in "😀") Console.Write(c): no message can hold half of a character, and the other half is on its way.
        bool EndsInHalf() => joined is null ? first.Text is [.., var last] && char.IsHighSurrogate(last) : char.IsHighSurrogate(joined[^1]);

        CellEvent.Wrote Joined() => joined is null ? first : first with { Text = joined.ToString() };
    }

    private void Deliver(Item item)
    {
        try
        {
            item.Listener!.OnCellEvent(item.Event!);
        }
        catch (Exception exception)
        {
            _listenersFault ??= exception;
        }
    }

    private void Answer(TaskCompletionSource reached)
    {
        if (_listenersFault is { } fault)
        {
            _listenersFault = null;
            reached.SetException(fault);
        }
        else
        {
            reached.SetResult();
        }
    }

    private sealed record Item(ICellListener? Listener, CellEvent? Event, TaskCompletionSource? Reached);
}
