namespace StructuredConcurrency.Conformance.Tests;

/// <summary>Task groups that break one rule each.</summary>
internal static class GroupMutants
{
    public static IReadOnlyList<Mutant> All { get; } =
    [
        Of("1", "does not wait for its children", () => new BrokenGroups { Work = (_, work, token) => Detach(work(token)) }),
        Of("2", "forgets the values of children", () => new BrokenGroups { ChildValues = false }),
        Of("3", "forgets the body's value", () => new BrokenGroups { BodyValue = false }),
        Of("4", "runs its body twice", () => new BrokenGroups
        {
            Body = async (_, body) =>
            {
                await body();
                await body();
            },
        }),
        Plain("5", "takes no child once the body has returned", new PlainRules { WaitsForLateChildren = false }),
        Of("6", "never counts a child as ended", () => new BrokenGroups { ActiveCount = _ => 5 }),
        Of("6", "keeps what its children needed", () =>
        {
            var kept = new List<object>();
            return new BrokenGroups
            {
                Start = (group, work, name) =>
                {
                    kept.Add(work);
                    return group.Start(work, name);
                },
            };
        }),
        Of("7", "runs a child's first step inside Start", () => new BrokenGroups
        {
            Start = (group, work, name) =>
            {
                var running = CaughtAsync(() => work(group.Token));
                return group.Start(_ => running, name);
            },
        }),
        Of("8", "takes a child that completes at once for a cancelled one", () => new BrokenGroups
        {
            Work = (_, work, token) => work(token) is { IsCompletedSuccessfully: false } later ? later : throw new OperationCanceledException("too fast"),
        }),
        Of("9", "lets out of Start what a delegate throws at once", () => new BrokenGroups
        {
            Start = (group, work, name) =>
            {
                var running = work(group.Token);
                return group.Start(_ => running, name);
            },
        }),
        Of("10", "runs a child of a finished group all the same", () => new BrokenGroups
        {
            Start = (group, work, name) => StartOr<InvalidOperationException>(group, work, name, () => _ = work(CancellationToken.None)),
        }),
        Of("11", "throws a single error bare", () => new BrokenGroups { Around = Turn<AggregateException>((e, _) => e.InnerExceptions is [var only] ? only : e) }),
        Of("11", "throws a copy of the error", () => new BrokenGroups { Around = Turn<AggregateException>((_, _) => new AggregateException(new InvalidOperationException("a child failed"))) }),
        Plain("11", "leaves the siblings of a failing child alone", new PlainRules { CancelsSiblings = false }),
        Of("12", "keeps its failures to itself", () => new BrokenGroups
        {
            Around = async (run, token) =>
            {
                try
                {
                    await run(token);
                }
                catch (AggregateException)
                {
                    // nobody will know
                }
            },
        }),
        Plain("14", "leaves the children alone when its body fails", new PlainRules { BodyFailureCancels = false }),
        Of("15", "keeps only the first error", () => new BrokenGroups { Around = Turn<AggregateException>((e, _) => new AggregateException(e.InnerExceptions[0])) }),
        Of("16", "lists the errors backwards", () => new BrokenGroups { Around = Turn<AggregateException>((e, _) => new AggregateException(e.InnerExceptions.Reverse())) }),
        Of("17", "counts the cancellation of a sibling as an error", () => new BrokenGroups
        {
            Work = (_, work, token) => Mutant.TurnAsync<OperationCanceledException>(work, token, (e, _) => token.IsCancellationRequested ? new InvalidOperationException("cancelled", e) : e),
        }),
        Of("18", "drops what is thrown during the cancellation", () => new BrokenGroups
        {
            Work = (_, work, token) => Mutant.TurnAsync<Exception>(work, token, (e, _) => token.IsCancellationRequested ? new OperationCanceledException(token) : e),
        }),
        Plain("19", "takes every cancellation for its own", new PlainRules { CutShortOnlyByItsToken = false }),
        Of("19", "cannot ignore a foreign cancellation", () => new BrokenGroups { Options = o => o with { IgnoreForeignCancellation = false } }),
        Of("20", "flattens the errors", () => new BrokenGroups { Around = Turn<AggregateException>((e, _) => e.Flatten()) }),
        Of("21", "throws errors anew, from another place", () => new BrokenGroups { Work = ThrowAnewAsync }),
        Of("22", "leaves a failed task behind that nobody looks at", () => new BrokenGroups
        {
            Work = (_, work, token) => Mutant.TurnAsync<Exception>(work, token, (e, _) =>
            {
                GC.KeepAlive(Task.FromException(e));
                return e;
            }),
        }),
        Plain("23", "loses what callbacks of its token throw", new PlainRules { KeepsCallbackErrors = false }),
        Of("24", "knows no isolated failures", () => new BrokenGroups { Options = o => o with { IsolateFailures = false } }),
        Of("25", "lets its task hold each error, instead of one exception for all", () => new BrokenGroups { Around = HoldEachAsync }),
        Of("26", "throws a cancellation without the caller's token", () => new BrokenGroups { Around = Turn<OperationCanceledException>((e, _) => new OperationCanceledException(e.Message)) }),
        Of("26", "does not listen to its caller", () => new BrokenGroups { Around = (run, _) => run(CancellationToken.None) }),
        Of("28", "prefers the caller's cancellation to an error", () => new BrokenGroups
        {
            Around = Turn<AggregateException>((e, token) => token.IsCancellationRequested ? new OperationCanceledException(token) : e),
        }),
        Of("30", "does not start its body when the token is cancelled already", () => new BrokenGroups
        {
            Around = (run, token) => token.IsCancellationRequested ? Task.FromCanceled(token) : run(token),
        }),
        Of("31", "throws when the caller has cancelled, though nothing was cut short", () => new BrokenGroups
        {
            Around = async (run, token) =>
            {
                await run(token);
                token.ThrowIfCancellationRequested();
            },
        }),
        Plain("33", "ends with a cancellation after Cancel", new PlainRules { CancelIsQuiet = false }),
        Of("34", "returns no value after Cancel", () => new BrokenGroups
        {
            Body = async (group, body) =>
            {
                await body();
                group.Token.ThrowIfCancellationRequested();
            },
        }),
        Of("35", "cannot be cancelled twice", () => new BrokenGroups
        {
            Cancel = group =>
            {
                if (group.Token.IsCancellationRequested)
                    throw new InvalidOperationException("cancelled already");
                group.Cancel();
            },
        }),
        Of("36", "forgets the errors of a group that was cancelled", () => new BrokenGroups
        {
            Work = (group, work, token) => Mutant.TurnAsync<Exception>(work, token, (e, _) => group.Token.IsCancellationRequested ? new OperationCanceledException(token) : e),
        }),
        Of("37", "stops altogether when one child is cancelled", () => new BrokenGroups { Child = (group, child) => new CancelsItsGroup(group, child) }),
        Of("38", "calls Start on a stopping group a bug", () => new BrokenGroups
        {
            Start = (group, work, name) => StartOr<OperationCanceledException>(group, work, name, () => throw new InvalidOperationException("stopping")),
        }),
        Of("38", "silently takes no child while it stops", () => new BrokenGroups
        {
            Start = (group, work, name) => StartOr<OperationCanceledException>(group, work, name, () => { }),
        }),
        Of("40", "abandons a child that ignores its token", () => new BrokenGroups
        {
            Work = async (_, work, token) =>
            {
                var running = work(token);
                await Task.WhenAny(running, Mutant.CancelledAsync(token));
                if (running.IsCompleted)
                    await running;
            },
        }),
        Of("41", "calls a child that swallowed its cancellation cancelled", () => new BrokenGroups
        {
            Work = async (_, work, token) =>
            {
                await work(token);
                token.ThrowIfCancellationRequested();
            },
        }),
        Plain("42", "stays registered on its caller's token", new PlainRules { LeavesTheCallersToken = false }),
        Of("43", "loses a child in thirty", () =>
        {
            var starts = 0;
            return new BrokenGroups { Start = (group, work, name) => ++starts % 30 == 0 ? IChildTask.None : group.Start(work, name) };
        }),
        Of("49", "lets no AsyncLocal into a child", () => new BrokenGroups
        {
            Start = (group, work, name) =>
            {
                using (ExecutionContext.SuppressFlow())
                    return group.Start(work, name);
            },
        }),
        Plain("50", "runs children on its caller's context", new PlainRules { LeavesTheCallersContext = false }) with { Floor = Floors.ThreadPool },
        Of("51", "gives two children one name", () => new BrokenGroups { Child = (_, child) => new Namesake(child) }),
        Of("F", "never runs a child whose token is cancelled when its turn comes", () => new BrokenGroups
        {
            Work = (_, work, token) => token.IsCancellationRequested ? Task.FromCanceled(token) : work(token),
        }),
        Plain("L", "calls callbacks of its token with its lock held", new PlainRules { CancelsOutsideItsLock = false }) with { Floor = Floors.ThreadPool },
        Of("S5", "does not say which child was cancelled", () => new BrokenGroups { Child = (_, child) => new Nameless(child) }),
        Of("S6", "gives a value that nobody produced when Cancel cut it short", () => new BrokenGroups { ValueAfterCancel = true }),
        Plain("S8", "ends quietly after Cancel, though its caller cancelled too", new PlainRules { CallerBeatsCancel = false }),
        Of("S16", "shows a child's failure before the group has taken note of it", () => new BrokenGroups { Start = StartWithEarlyCompletion }),
        Of("S17", "counts an error once more when the body has seen it", () => new BrokenGroups { Child = (_, child) => new Rewrapping(child) }),
        Of("S21", "calls every child that failed with a cancellation cancelled", () => new BrokenGroups { Child = (_, child) => new AlwaysCancelled(child) }),
        Of("S22", "keeps one of the faults of a child's task", () => new BrokenGroups { Work = async (_, work, token) => await work(token) }),
        Of("S23", "does not wait for the child's report", () => new BrokenGroups { WaitsForReport = false }),
        Of("S24", "lets losers run on when a race is won", () => new BrokenGroups { WaitsForLosers = false }),
        Of("S25", "knows no limit", () => new BrokenGroups { Options = o => o with { MaxConcurrency = null } }),
        Of("S27", "calls its body later", () => new BrokenGroups
        {
            Body = async (_, body) =>
            {
                await Task.Yield();
                await body();
            },
        }),
    ];

    private static Mutant Of(string caughtBy, string flaw, Func<ITaskGroups> groups) =>
        new(caughtBy, $"a group that {flaw}", () => new Implementation("broken") { TaskGroups = groups() });

    private static Mutant Plain(string caughtBy, string flaw, PlainRules rules) =>
        new(caughtBy, $"a group that {flaw}", () => new Implementation("plain") { TaskGroups = new PlainGroups(rules) });

    private static Task Detach(Task running)
    {
        _ = running.Exception;
        return Task.CompletedTask;
    }

    private static async Task CaughtAsync(Func<Task> work) => await work();

    private static IChildTask StartOr<TException>(ITaskGroup group, Func<CancellationToken, Task> work, string? name, Action otherwise)
        where TException : Exception
    {
        try
        {
            return group.Start(work, name);
        }
        catch (TException)
        {
            otherwise();
            return IChildTask.None;
        }
    }

    private static Func<Func<CancellationToken, Task>, CancellationToken, Task> Turn<TException>(Func<TException, CancellationToken, Exception> turn)
        where TException : Exception => (run, token) => Mutant.TurnAsync(run, token, turn);

    private static async Task ThrowAnewAsync(ITaskGroup group, Func<CancellationToken, Task> work, CancellationToken token)
    {
        try
        {
            await work(token);
        }
        catch (Exception e)
        {
#pragma warning disable CA2200, MA0027 // the mistake that is tried here
            throw e;
#pragma warning restore CA2200, MA0027
        }
    }

    private static Task HoldEachAsync(Func<CancellationToken, Task> run, CancellationToken token)
    {
        var held = new TaskCompletionSource();
        _ = HoldAsync();
        return held.Task;

        async Task HoldAsync()
        {
            try
            {
                await run(token);
                held.SetResult();
            }
            catch (AggregateException e)
            {
                held.SetException(e.InnerExceptions);
            }
            catch (OperationCanceledException e)
            {
                held.SetCanceled(e.CancellationToken);
            }
        }
    }

    private static Completing StartWithEarlyCompletion(ITaskGroup group, Func<CancellationToken, Task> work, string? name)
    {
        var completion = new TaskCompletionSource();
        group.Start(
            async token =>
            {
                try
                {
                    await work(token);
                    completion.SetResult();
                }
                catch (Exception e)
                {
                    completion.SetException(e);
                    await Task.Yield();
                    await Task.Yield();
                    throw;
                }
            },
            name);
        return new Completing(completion.Task);
    }

    private sealed class Completing(Task completion) : IChildTask
    {
        public Task Completion => completion;
    }

    private sealed class CancelsItsGroup(ITaskGroup group, IChildTask real) : BrokenChild(real)
    {
        public override void Cancel() => group.Cancel();
    }

    private sealed class Namesake(IChildTask real) : BrokenChild(real)
    {
        public override string Name => "task-1";
    }

    private sealed class Nameless(IChildTask real) : BrokenChild(real)
    {
        public override Task Completion => Mutant.TurnAsync<OperationCanceledException>(_ => base.Completion, default, (_, _) => new OperationCanceledException("cancelled"));
    }

    private sealed class Rewrapping(IChildTask real) : BrokenChild(real)
    {
        public override Task Completion => Mutant.TurnAsync<Exception>(_ => base.Completion, default, (e, _) => new InvalidOperationException(e.Message, e));
    }

    private sealed class AlwaysCancelled(IChildTask real) : BrokenChild(real)
    {
        public override ChildTaskStatus Status => base.Status == ChildTaskStatus.Faulted ? ChildTaskStatus.Cancelled : base.Status;
    }
}
