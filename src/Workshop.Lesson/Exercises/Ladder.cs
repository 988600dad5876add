using StructuredConcurrency;
using StructuredConcurrency.Conformance;
using StructuredConcurrency.Simulation;

namespace Workshop.Lesson.Exercises;

/// <summary>The world of exercise 10: it puts a task group that somebody wrote through behaviours of the conformance suite, and notes what it finds.</summary>
/// <remarks>
/// <para>It judges nothing: each note is an answer, and who reads them knows what the right ones are.</para>
/// <para>The notes are puts into a queue that nobody else can reach. It took its name before the group's first line ran, and a second queue of that name is
/// called otherwise in the log. Notes are made in the ladder's own context: they do not depend on what the group does with that of its children.</para>
/// </remarks>
public sealed class Ladder
{
    /// <summary>Name of the queue into which the notes are put.</summary>
    public const string NotesName = "notes";

    /// <summary>The note before a behaviour begins with it; the behaviour follows.</summary>
    public const string TryingSign = "trying ";

    /// <summary>The note that Start accepted a child begins with it.</summary>
    public const string AcceptedSign = "Start accepted ";

    // A child's or a group's own words may be long, and of many lines.
    private const int MostLength = 600;

    private readonly JoinableQueue<string> _notes = new() { Name = NotesName };
    private readonly ExecutionContext? _home = ExecutionContext.Capture();
    private readonly LadderSettings _settings;

    /// <summary>Puts the ladder up.</summary>
    /// <param name="settings">The rung.</param>
    public Ladder(LadderSettings settings)
    {
        _settings = settings;
        Note("the ladder is up");
    }

    /// <summary>Puts a task group through everything that this rung asks, one thing after the other.</summary>
    /// <typeparam name="TGroup">The group's class.</typeparam>
    /// <param name="runAsync">Runs a body with a new group, and ends when the body and all children have ended: <c>MyTaskGroup.RunAsync</c>.</param>
    /// <param name="token">Ends the climb between one thing and the next.</param>
    public async Task ClimbAsync<TGroup>(Func<Func<TGroup, Task>, CancellationToken, Task> runAsync, CancellationToken token)
        where TGroup : ILadderGroup
    {
        ArgumentNullException.ThrowIfNull(runAsync);
        var clock = EventLoop.Current?.TimeProvider ?? throw new InvalidOperationException("The ladder stands on an event loop only.");
        foreach (var wanted in _settings.Behaviours)
        {
            var behaviour = ConformanceSuite.Behaviours.First(behaviour => $"{behaviour}" == wanted || behaviour.Id == wanted);
            var groups = new Groups<TGroup>(this, runAsync);
            Note($"{TryingSign}{behaviour}");
            await behaviour.AnswerAsync(new Implementation(typeof(TGroup).Name) { TaskGroups = groups }, clock, answer => Note($"{answer}"));
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, token); // so that the picture shows one thing beside the other
        }
    }

    private void Note(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        if (line.Length > MostLength)
            line = line[..MostLength] + "…";
        if (_home is null)
            _notes.TryPut(line);
        else
            ExecutionContext.Run(_home, _ => _notes.TryPut(line), null);
    }

    /// <summary>The suite's view of the group.</summary>
    private sealed class Groups<TGroup>(Ladder ladder, Func<Func<TGroup, Task>, CancellationToken, Task> runAsync) : ITaskGroups
        where TGroup : ILadderGroup
    {
        private int _children;

        public Task RunAsync(Func<ITaskGroup, Task> body, CancellationToken cancellationToken = default) => runAsync(group => body(new Group(this, group)), cancellationToken);

        /// <summary>Gives a child a lane of its own in the story. The group is handed the child's very own task, or exception, as if nobody stood in between.</summary>
        private static Task InLaneAsync(string name, Func<CancellationToken, Task> work, CancellationToken token)
        {
            Task? child = null;
            var lane = ScopeTracing.RunTaskAsync(name, () => child = work(token));
            _ = lane.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
#pragma warning disable VSTHRD002, VSTHRD103 // without a task the child threw at once: it has ended
            if (child is null)
                lane.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002, VSTHRD103
            return child!;
        }

        private void Start(TGroup group, Func<CancellationToken, Task> work)
        {
            var name = $"child {Interlocked.Increment(ref _children)}";
            group.Start(token => InLaneAsync(name, work, token));
            ladder.Note($"{AcceptedSign}{name}");
        }

        private sealed class Group(Groups<TGroup> groups, TGroup group) : ITaskGroup
        {
            public CancellationToken Token => group.Token;

            public IChildTask Start(Func<CancellationToken, Task> work, string? name = null)
            {
                groups.Start(group, work);
                return IChildTask.None;
            }

            public void Cancel() => group.Cancel();
        }
    }
}
