namespace StructuredConcurrency.Conformance.Tests;

/// <summary>The library's task groups, with a hook at every point where a mutant may break a rule. Without hooks they are unbroken.</summary>
internal sealed class BrokenGroups : ITaskGroups
{
    /// <summary>Around a whole group: given how to run it with a token, and the caller's token.</summary>
    public Func<Func<CancellationToken, Task>, CancellationToken, Task> Around { get; init; } = (run, token) => run(token);

    public Func<GroupOptions, GroupOptions> Options { get; init; } = options => options;

    /// <summary>Around the body.</summary>
    public Func<ITaskGroup, Func<Task>, Task> Body { get; init; } = (_, body) => body();

    /// <summary>Around a child's code: given the group, the code, and the child's token.</summary>
    public Func<ITaskGroup, Func<CancellationToken, Task>, CancellationToken, Task> Work { get; init; } = (_, work, token) => work(token);

    /// <summary>Instead of Start: given the group, the child's code and its name.</summary>
    public Func<ITaskGroup, Func<CancellationToken, Task>, string?, IChildTask> Start { get; init; } = (group, work, name) => group.Start(work, name);

    /// <summary>The handle that a child's starter is given.</summary>
    public Func<ITaskGroup, IChildTask, IChildTask> Child { get; init; } = (_, child) => child;

    public Action<ITaskGroup> Cancel { get; init; } = group => group.Cancel();

    public Func<ITaskGroup, int> ActiveCount { get; init; } = group => group.ActiveCount;

    public bool ChildValues { get; init; } = true;

    public bool BodyValue { get; init; } = true;

    public bool ValueAfterCancel { get; init; }

    public bool WaitsForReport { get; init; } = true;

    public bool WaitsForLosers { get; init; } = true;

    private static ITaskGroups Real => Implementation.Library.TaskGroups!;

    public Task RunAsync(Func<ITaskGroup, Task> body, CancellationToken cancellationToken) =>
        Around(token => Real.RunAsync(group => BodyAsync(group, body), token), cancellationToken);

    public async Task<T> RunAsync<T>(Func<ITaskGroup, Task<T>> body, CancellationToken cancellationToken)
    {
        T value = default!;
        try
        {
            await Around(
                token => Real.RunAsync<bool>(
                    async group =>
                    {
                        await BodyAsync(group, async g => value = await body(g));
                        return true;
                    },
                    token),
                cancellationToken);
        }
        catch (OperationCanceledException) when (ValueAfterCancel && !cancellationToken.IsCancellationRequested)
        {
            // as if there were a value
        }

        return BodyValue ? value : default!;
    }

    public Task RunAsync(GroupOptions options, Func<ITaskGroup, Task> body, CancellationToken cancellationToken) =>
        Around(token => Real.RunAsync(Options(options), group => BodyAsync(group, body), token), cancellationToken);

    public Task<T> RaceAsync<T>(Func<IRaceGroup<T>, Task> body, CancellationToken cancellationToken) =>
        Real.RaceAsync<T>(race => body(new Race<T>(this, race)), cancellationToken);

    private Task BodyAsync(ITaskGroup group, Func<ITaskGroup, Task> body) => Body(group, () => body(new Group(this, group)));

    private sealed class Group(BrokenGroups broken, ITaskGroup real) : ITaskGroup
    {
        public CancellationToken Token => real.Token;

        public string Name => real.Name;

        public int ActiveCount => broken.ActiveCount(real);

        public IChildTask Start(Func<CancellationToken, Task> work, string? name) => broken.Child(real, broken.Start(real, token => broken.Work(real, work, token), name));

        public IChildTask<T> Start<T>(Func<CancellationToken, Task<T>> work, string? name) => real.Start(
            async token =>
            {
                T value = default!;
                await broken.Work(real, async t => value = await work(t), token);
                return broken.ChildValues ? value : default!;
            },
            name);

        public Task<T> StartAndWaitAsync<T>(Func<Action<T>, CancellationToken, Task> work)
        {
            if (broken.WaitsForReport)
                return real.StartAndWaitAsync(work);
            real.Start(token => work(_ => { }, token));
            return Task.FromResult<T>(default!);
        }

        public void Cancel() => broken.Cancel(real);
    }

    private sealed class Race<T>(BrokenGroups broken, IRaceGroup<T> real) : IRaceGroup<T>
    {
        public CancellationToken Token => real.Token;

        public void Start(Func<CancellationToken, Task<T>> work) => real.Start(async token =>
        {
            var running = work(token);
            if (broken.WaitsForLosers)
                return await running;
            var ended = await Task.WhenAny(running, Mutant.CancelledAsync(token));
            return ended == running ? await running : throw new OperationCanceledException(token);
        });
    }
}

/// <summary>A child's handle of which one thing may be broken.</summary>
internal class BrokenChild(IChildTask real) : IChildTask
{
    public virtual string Name => real.Name;

    public virtual ChildTaskStatus Status => real.Status;

    public virtual Task Completion => real.Completion;

    public virtual void Cancel() => real.Cancel();
}
