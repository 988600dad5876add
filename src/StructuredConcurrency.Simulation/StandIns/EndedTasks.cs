namespace StructuredConcurrency.Simulation.StandIns;

/// <summary>Tasks in the order in which they end, as <see cref="Task.WhenEach(Task[])"/> gives them: once, to the first who asks.</summary>
internal sealed class EndedTasks<TTask> : IAsyncEnumerable<TTask>
    where TTask : Task
{
    private readonly Queue<TTask> _ended = new();
    private readonly int _count;
    private int _given;
    private TaskCompletionSource? _more;

    public EndedTasks(TTask[] tasks)
    {
        _count = tasks.Length;
        foreach (var task in tasks)
            Inline.Then(task, () => Add(task));
    }

    public IAsyncEnumerator<TTask> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        Enumerate(Interlocked.Exchange(ref _given, 1) == 0 ? _count : 0, cancellationToken);

    private async IAsyncEnumerator<TTask> Enumerate(int count, CancellationToken cancellationToken)
    {
        for (; count > 0; count--)
        {
            TTask? task;
            while (!TryTake(out task, out var more))
                await more.WaitAsyncOnLoop(cancellationToken);
            yield return task!;
        }
    }

    private void Add(TTask task)
    {
        TaskCompletionSource? more;
        lock (_ended)
        {
            _ended.Enqueue(task);
            (more, _more) = (_more, null);
        }

        more?.SetResult();
    }

    private bool TryTake(out TTask? task, out Task more)
    {
        lock (_ended)
        {
            if (_ended.TryDequeue(out task))
            {
                more = Task.CompletedTask;
                return true;
            }

            more = (_more ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            return false;
        }
    }
}
