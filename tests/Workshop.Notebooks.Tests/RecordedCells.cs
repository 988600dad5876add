using System.Collections.Concurrent;
using System.Text;

namespace Workshop.Notebooks.Tests;

/// <summary>A session whose events are kept, so that tests can tell what a person would have seen.</summary>
internal sealed class RecordedCells : ICellListener, IAsyncDisposable
{
    private readonly ConcurrentQueue<CellEvent> _events = new();
    private readonly Lock _waiting = new();
    private readonly List<(Func<CellEvent, bool> Condition, TaskCompletionSource Seen)> _waiters = [];

    public RecordedCells(SessionOptions? options = null) => Session = new CSharpSession(options);

    public CSharpSession Session { get; }

    public IReadOnlyList<CellEvent> Events => [.. _events];

    public string Out => TextOf(ConsoleStream.Out);

    public string Error => TextOf(ConsoleStream.Error);

    public void OnCellEvent(CellEvent cellEvent)
    {
        lock (_waiting)
        {
            _events.Enqueue(cellEvent);
            foreach (var waiter in _waiters.Where(waiter => waiter.Condition(cellEvent)))
                waiter.Seen.TrySetResult();
        }
    }

    public Task<CellOutcome> RunAsync(string code, CancellationToken cancellationToken = default, CellOptions? options = null) =>
        Session.RunAsync(code, this, options, cancellationToken);

    /// <summary>Runs a cell that must succeed and gives the text of its result, or <c>null</c>.</summary>
    public async Task<string?> ResultAsync(string code)
    {
        var outcome = await RunAsync(code);
        Assert.True(outcome.Succeeded, outcome.Error?.ToString());
        return _events.OfType<CellEvent.Returned>().LastOrDefault(returned => returned.CellNumber == outcome.CellNumber)?.Data.Text;
    }

    /// <summary>Runs a cell that must fail and gives its error.</summary>
    public async Task<CellError> FailAsync(string code)
    {
        var outcome = await RunAsync(code);
        Assert.False(outcome.Succeeded);
        return outcome.Error!;
    }

    /// <summary>Ends when an event like this has come, now or before.</summary>
    public Task SeeAsync(Func<CellEvent, bool> condition)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            if (_events.Any(condition))
                seen.SetResult();
            else
                _waiters.Add((condition, seen));
        }
        // A guard, not a proof: a cell that ends without the event must fail its test, not hang it.
        return seen.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public Task SeeTextAsync(string text) => SeeAsync(e => e is CellEvent.Wrote wrote && wrote.Text.Contains(text, StringComparison.Ordinal));

    public ValueTask DisposeAsync() => Session.DisposeAsync();

    private string TextOf(ConsoleStream stream)
    {
        var text = new StringBuilder();
        foreach (var wrote in _events.OfType<CellEvent.Wrote>().Where(wrote => wrote.Stream == stream))
            text.Append(wrote.Text);
        return text.ToString();
    }
}
