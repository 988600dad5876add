namespace Workshop.Notebooks;

/// <summary>One run of one cell: who listens, what it may still write, and its token.</summary>
/// <remarks>
/// It travels with the cell's code through an <see cref="AsyncLocal{T}"/>, onto every task and thread the code starts. That is
/// how text written long after the cell's end still finds its cell.
/// </remarks>
#pragma warning disable CA1001 // Never disposed: tasks that outlive the cell may register with the token at any time.
internal sealed class CellExecution(int number, ICellListener listener, CellEventPump pump, CellOptions options)
{
    // What a display costs a front end, whatever is in it: an endless loop of display("") is to end too, and a Stop be seen.
    private const int DisplaysOwnSize = 2_000;

    private static readonly AsyncLocal<CellExecution?> s_current = new();

    private readonly CancellationTokenSource _stopping = new();
    private readonly Stack<object> _usings = new();
    private long _written;
    private long _displayed;
    private int _saidDisplaysAreDropped;
    private volatile bool _closed;

    public static CellExecution? Current => s_current.Value;

    public int Number => number;

    public string Name { get; } = NameOf(number);

    public CancellationToken Stopping => _stopping.Token;

    public bool IsClosed => _closed;

    /// <summary>Who answers when the cell reads from the console; <see langword="null"/>: the process's own console.</summary>
    public Func<CancellationToken, Task<string?>>? Input => options.Input;

    /// <summary>What the cell's user has typed and the cell has not read; the console's own lock guards it.</summary>
    public string UnreadInput { get; set; } = "";

    public static string NameOf(int number) => $"cell {number}";

    /// <summary>Makes this the cell of the calling thread and of all that the thread starts from now on.</summary>
    public void Enter() => s_current.Value = this;

    /// <summary>Cancels the cell's token. Callbacks run elsewhere: one that blocks must not block the caller.</summary>
    public void RequestStop() => _ = _stopping.CancelAsync();

    /// <summary>From here on the cell can write nothing more and pass no checkpoint: what of it still runs gets an exception.</summary>
    public void Close() => _closed = true;

    public void ThrowIfClosed()
    {
        if (_closed)
            throw new OperationCanceledException($"{Name} was stopped.", _stopping.Token);
    }

    public void Use(object resource)
    {
        lock (_usings)
            _usings.Push(resource);
    }

    /// <summary>Disposes what the cell declared with <c>using var</c>, the last one first.</summary>
    public void DisposeUsings()
    {
        while (true)
        {
            object? resource;
            lock (_usings)
            {
                if (!_usings.TryPop(out resource))
                    return;
            }
            if (resource is IAsyncDisposable asynchronous)
#pragma warning disable VSTHRD002 // The cell's thread has nothing else to do, and no context that anyone could wait for.
                asynchronous.DisposeAsync().AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
            else
                ((IDisposable)resource).Dispose();
        }
    }

    public void Write(ConsoleStream stream, string text)
    {
        if (text.Length == 0)
            return;
        var outputLimit = options.OutputLimit;
        var before = Interlocked.Add(ref _written, text.Length) - text.Length;
        if (before > outputLimit)
        {
            ThrowIfClosed();
            return;
        }
        if (before + text.Length > outputLimit)
        {
            var room = (int)(outputLimit - before);
            if (room > 0 && char.IsHighSurrogate(text[room - 1]))
                room--;
            if (room > 0)
                Give(new CellEvent.Wrote(number, stream, text[..room]));
            Interlocked.Add(ref _written, 1); // So that a write of nothing more than the limit cannot say it twice.
            Give(new CellEvent.Wrote(number, ConsoleStream.Error,
                $"\n{Name} wrote more than {outputLimit:N0} characters. The rest is dropped.\n"));
            return;
        }
        Give(new CellEvent.Wrote(number, stream, text));
    }

    public void Display(string displayId, MimeBundle data)
    {
        var size = data.Forms.Sum(form => (long)form.Value.Length) + DisplaysOwnSize;
        var before = Interlocked.Add(ref _displayed, size) - size;
        if (before + size <= options.DisplayLimit)
            Give(new CellEvent.Displayed(number, displayId, data));
        else if (Interlocked.Exchange(ref _saidDisplaysAreDropped, 1) == 0)
            Give(new CellEvent.Wrote(number, ConsoleStream.Error, $"\n{Name} displayed more than {options.DisplayLimit:N0} characters. Displays beyond are dropped.\n"));
        else
            ThrowIfClosed();
    }

    public void Give(CellEvent cellEvent)
    {
        ThrowIfClosed();
        Post(cellEvent);
    }

    /// <summary>For the session's own events, which are given after the cell is closed too.</summary>
    public void Post(CellEvent cellEvent) => pump.Post(listener, cellEvent);
}
