namespace StructuredConcurrency.Conformance.Tests;

/// <summary>The rules that a <see cref="PlainGroups"/> keeps; a mutant drops one.</summary>
internal sealed record PlainRules
{
    public bool WaitsForLateChildren { get; init; } = true;

    public bool CancelsSiblings { get; init; } = true;

    public bool BodyFailureCancels { get; init; } = true;

    public bool KeepsCallbackErrors { get; init; } = true;

    public bool CancelsOutsideItsLock { get; init; } = true;

    public bool CancelIsQuiet { get; init; } = true;

    public bool CallerBeatsCancel { get; init; } = true;

    public bool LeavesTheCallersToken { get; init; } = true;

    public bool LeavesTheCallersContext { get; init; } = true;

    public bool CutShortOnlyByItsToken { get; init; } = true;
}

/// <summary>A task group written from scratch, as small as one that keeps the rules of a single group can be. No handles, no names, no values, no options.</summary>
internal sealed class PlainGroups(PlainRules rules) : ITaskGroups
{
    public Task RunAsync(Func<ITaskGroup, Task> body, CancellationToken cancellationToken) => new Group(rules, cancellationToken).RunAsync(body);

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing to dispose, and its token may be kept beyond the group.")]
    private sealed class Group(PlainRules rules, CancellationToken caller) : ITaskGroup
    {
        private readonly Lock _gate = new();
        private readonly CancellationTokenSource _source = new();
        private readonly TaskCompletionSource _allEnded = new();
        private readonly List<Exception> _errors = [];
        private readonly List<Exception> _callbackErrors = [];
        private int _active = 1; // the body
        private bool _bodyHasReturned;
        private bool _stopping;
        private bool _cutShort;
        private bool _cancelled;

        public CancellationToken Token => _source.Token;

        public int ActiveCount
        {
            get
            {
                lock (_gate)
                    return _active - 1;
            }
        }

        public async Task RunAsync(Func<ITaskGroup, Task> body)
        {
            var link = caller.UnsafeRegister(static group => ((Group)group!).Stop(), this);
            var onLoop = SynchronizationContext.Current is IScopeScheduler;
            Exception? bodyError = null;
            try
            {
                await body(this).ConfigureAwait(onLoop);
            }
            catch (OperationCanceledException) when (Token.IsCancellationRequested)
            {
                _cutShort = true;
            }
            catch (Exception e)
            {
                bodyError = e;
                if (rules.BodyFailureCancels)
                    Stop();
            }

            _bodyHasReturned = true;
            Leave();
            await _allEnded.Task.ConfigureAwait(onLoop);
            if (rules.LeavesTheCallersToken)
                await link.DisposeAsync().ConfigureAwait(onLoop);

            if (rules.KeepsCallbackErrors)
                _errors.AddRange(_callbackErrors);
            if (bodyError is not null && !_errors.Contains(bodyError))
                _errors.Add(bodyError);
            if (_errors.Count > 0)
                throw new AggregateException(_errors);
            if (_cutShort && caller.IsCancellationRequested && (rules.CallerBeatsCancel || !_cancelled))
                throw new OperationCanceledException(caller);
            if (_cancelled && !rules.CancelIsQuiet)
                throw new OperationCanceledException(Token);
        }

        public IChildTask Start(Func<CancellationToken, Task> work, string? name)
        {
            lock (_gate)
            {
                if (_active == 0)
                    throw new InvalidOperationException("The group has ended.");
                if (_stopping)
                    throw new OperationCanceledException(Token);
                if (!rules.WaitsForLateChildren && _bodyHasReturned)
                    return IChildTask.None;
                _active++;
            }

            if (SynchronizationContext.Current is IScopeScheduler loop)
                loop.Launch("child", () => _ = RunChildAsync(work));
            else if (SynchronizationContext.Current is { } context && !rules.LeavesTheCallersContext)
                context.Post(_ => _ = RunChildAsync(work), null);
            else
                _ = Task.Run(() => RunChildAsync(work));
            return IChildTask.None;
        }

        public void Cancel()
        {
            _cancelled = true;
            Stop();
        }

        private async Task RunChildAsync(Func<CancellationToken, Task> work)
        {
            Task? running = null;
            try
            {
                running = work(Token);
                await running;
            }
            catch (OperationCanceledException) when (Token.IsCancellationRequested || !rules.CutShortOnlyByItsToken)
            {
                _cutShort = true;
            }
            catch (Exception e)
            {
                lock (_gate)
                    _errors.Add(running?.Exception is { InnerExceptions.Count: > 1 } all ? all : e);
                if (rules.CancelsSiblings)
                    Stop();
            }

            Leave();
        }

        private void Stop()
        {
            lock (_gate)
            {
                if (_active == 0 || _stopping)
                    return;
                _stopping = true;
                if (!rules.CancelsOutsideItsLock)
                    CancelSource();
            }

            if (rules.CancelsOutsideItsLock)
                CancelSource();
        }

        private void CancelSource()
        {
            try
            {
                _source.Cancel();
            }
            catch (AggregateException e)
            {
                _callbackErrors.AddRange(e.Flatten().InnerExceptions);
            }
        }

        private void Leave()
        {
            lock (_gate)
            {
                if (--_active > 0)
                    return;
            }

            _allEnded.SetResult();
        }
    }
}
