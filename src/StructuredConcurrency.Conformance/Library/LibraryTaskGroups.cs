namespace StructuredConcurrency.Conformance;

internal sealed class LibraryTaskGroups : ITaskGroups
{
    public Task RunAsync(Func<ITaskGroup, Task> body, CancellationToken cancellationToken) => TaskGroup.RunAsync(g => body(new Group(g)), cancellationToken);

    public Task<T> RunAsync<T>(Func<ITaskGroup, Task<T>> body, CancellationToken cancellationToken) => TaskGroup.RunAsync(g => body(new Group(g)), cancellationToken);

    public Task RunAsync(GroupOptions options, Func<ITaskGroup, Task> body, CancellationToken cancellationToken) => TaskGroup.RunAsync(
        new TaskGroupOptions
        {
            OnChildFailure = options.IsolateFailures ? ChildFailure.Isolate : ChildFailure.CancelGroup,
            OnForeignCancellation = options.IgnoreForeignCancellation ? ForeignCancellation.Ignore : ForeignCancellation.Fault,
            MaxConcurrency = options.MaxConcurrency,
        },
        g => body(new Group(g)),
        cancellationToken);

    public Task<T> RaceAsync<T>(Func<IRaceGroup<T>, Task> body, CancellationToken cancellationToken) =>
        TaskGroup.RaceAsync<T>(race => body(new Race<T>(race)), cancellationToken);

    private sealed class Group(TaskGroup group) : ITaskGroup
    {
        public CancellationToken Token => group.Token;

        public string Name => group.Name;

        public int ActiveCount => group.ActiveCount;

        public IChildTask Start(Func<CancellationToken, Task> work, string? name) => new Child(group.Start(work, name));

        public IChildTask<T> Start<T>(Func<CancellationToken, Task<T>> work, string? name) => new Child<T>(group.Start(work, name));

        public Task<T> StartAndWaitAsync<T>(Func<Action<T>, CancellationToken, Task> work) =>
            group.StartAndWaitAsync<T>((started, token) => work(started.Report, token));

        public void Cancel() => group.Cancel();
    }

    private class Child(ChildTask child) : IChildTask
    {
        public string Name => child.Name;

        public ChildTaskStatus Status => child.Status;

        public Task Completion => child.Completion;

        public void Cancel() => child.Cancel();
    }

    private sealed class Child<T>(ChildTask<T> child) : Child(child), IChildTask<T>
    {
        public new Task<T> Completion => child.Completion;

        public T Result => child.Result;
    }

    private sealed class Race<T>(RaceGroup<T> race) : IRaceGroup<T>
    {
        public CancellationToken Token => race.Token;

        public void Start(Func<CancellationToken, Task<T>> work) => race.Start(work);
    }
}
