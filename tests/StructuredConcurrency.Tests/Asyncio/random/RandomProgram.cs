using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests.Asyncio.Random;

/// <summary>Runs a program that <c>programs.py</c> made on the library, and tells the same story in the same words.</summary>
internal sealed class RandomProgram(JsonNode program)
{
    private readonly List<(long Time, string Task, string Text)> _log = [];
    private readonly Dictionary<string, TaskGroup> _groups = [];
    private readonly Dictionary<string, TimeoutScope> _scopes = [];
    private readonly Dictionary<string, ChildTask> _children = [];
    private readonly Dictionary<string, IProgramQueue> _queues = program["queues"]!.AsArray().ToDictionary(
        queue => queue![0]!.GetValue<string>(),
        queue => QueueOf(queue![1]!.GetValue<string>(), queue[2]?.GetValue<int>()));

    private DateTimeOffset _start;

    private static TimeProvider Clock => EventLoop.Current!.TimeProvider;

    private long Now => (Clock.GetUtcNow() - _start).Ticks / TimeSpan.TicksPerMillisecond;

    /// <summary>The story on a loop: outcome, end, and the log, task by task.</summary>
    public static string Run(JsonNode program, ISchedulePicker? picker = null)
    {
        var machine = new RandomProgram(program);
        var report = EventLoop.Run(machine.MainAsync, new EventLoopOptions { Picker = picker });
        Assert.Equal(0, report.ForeignPosts);
        var outcome = report.Outcome switch
        {
            Outcome.Completed => "ok",
            Outcome.Deadlock or Outcome.Escaped => "Deadlock", // other tests keep the thread pool busy, and the loop cannot tell whose work that is
            Outcome.Faulted => Describe(report.Error!),
            _ => report.ToString(),
        };
        return Story(outcome, report.VirtualElapsed.Ticks / TimeSpan.TicksPerMillisecond, machine._log.Select(machine.WithEnd));
    }

    /// <summary>The story that asyncio told.</summary>
    public static string Recorded(JsonNode program)
    {
        var recorded = program["asyncio"]!;
        return Story(
            recorded["outcome"]!.GetValue<string>(),
            recorded["at"]!.GetValue<long>(),
            recorded["log"]!.AsArray().Select(line => (line![0]!.GetValue<long>(), line[1]!.GetValue<string>(), line[2]!.GetValue<string>())));
    }

    /// <summary>Task by task: what different tasks do at one instant has no order.</summary>
    private static string Story(string outcome, long end, IEnumerable<(long Time, string Task, string Text)> log) =>
        (outcome == "Deadlock" ? "Deadlock\n" : string.Create(CultureInfo.InvariantCulture, $"{outcome} at {end}\n"))
        + string.Join('\n', log.OrderBy(line => line.Task, StringComparer.Ordinal).Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Task} {line.Time}: {line.Text}")));

    private static string Describe(Exception e) => e switch
    {
        TaskGroupException group => $"Group[{string.Join(", ", group.InnerExceptions.Select(Describe).Order(StringComparer.Ordinal))}]",
        Boom => e.Message,
        OperationCanceledException => "Cancelled",
        TimeoutException => "Timeout",
        QueueShutDownException => "ShutDown",
        InvalidOperationException when e.Message.StartsWith("MarkDone", StringComparison.Ordinal) => "Underflow",
        InvalidOperationException => "State",
        _ => e.ToString(),
    };

    private static IProgramQueue QueueOf(string kind, int? capacity) => kind switch
    {
        "fifo" => new ProgramQueue<string>(new JoinableQueue<string>(capacity), (value, _) => value, item => item),
        "lifo" => new ProgramQueue<string>(new LifoJoinableQueue<string>(capacity), (value, _) => value, item => item),
        _ => new ProgramQueue<(string, int)>(new PriorityJoinableQueue<string, int>(capacity), (value, priority) => (value, priority), item => item.Item1),
    };

    private static TimeSpan? Time(JsonNode? node) => node is null ? null : TimeSpan.FromMilliseconds(node.GetValue<long>());

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private async Task MainAsync()
    {
        _start = Clock.GetUtcNow();
        using var caller = new CancellationTokenSource();
        await using var timer = Time(program["cancel"]) is { } time
            ? Clock.CreateTimer(_ => caller.Cancel(), null, time, Timeout.InfiniteTimeSpan)
            : null;
        await BlockAsync(program["main"], new Place("main", caller.Token));
        caller.Token.ThrowIfCancellationRequested();
    }

    /// <summary>How a child ended is known when its group has taken note, a moment after its last line.</summary>
    private (long Time, string Task, string Text) WithEnd((long Time, string Task, string Text) line)
    {
        if (line.Text != "end")
            return line;
        var child = _children[line.Task];
        var end = child.Status switch
        {
            ChildTaskStatus.Succeeded => "ok",
            ChildTaskStatus.Faulted => Describe(child.Completion.Exception!.InnerException!),
            var other => other.ToString(),
        };
        return line with { Text = $"end {end}" };
    }

    private void Note(Place place, string text) => _log.Add((Now, place.Task, text));

    private async Task BlockAsync(JsonNode? statements, Place place)
    {
        foreach (var statement in statements!.AsArray())
            await RunAsync(statement!.AsArray(), place);
    }

    private async Task RunAsync(JsonArray s, Place place)
    {
        var token = place.Token;
        switch (Text(s[0]))
        {
            case "mark":
                Note(place, Text(s[1]));
                break;
            case "sleep":
                await Task.Delay(Time(s[1])!.Value, Clock, token);
                Note(place, "slept");
                break;
            case "raise":
                throw new Boom(Text(s[1]));
            case "stray":
                throw new OperationCanceledException();
            case "group":
                token.ThrowIfCancellationRequested();
                await TellAsync(place, Text(s[1]), () => TaskGroup.RunAsync(
                    new TaskGroupOptions { OnForeignCancellation = ForeignCancellation.Ignore },
                    group =>
                    {
                        _groups[Text(s[1])] = group;
                        return BlockAsync(s[2], place with { Token = group.Token });
                    },
                    token));
                token.ThrowIfCancellationRequested();
                break;
            case "start":
                token.ThrowIfCancellationRequested();
                StartChild(_groups[Text(s[1])], Text(s[2]), s[3]);
                break;
            case "timeout":
                token.ThrowIfCancellationRequested();
                await TellAsync(place, Text(s[1]), () => TimeoutScope.RunAsync(Time(s[2]), scope => InScopeAsync(scope, s, place), token));
                token.ThrowIfCancellationRequested();
                break;
            case "until":
                token.ThrowIfCancellationRequested();
                await TellAsync(place, Text(s[1]), () => TimeoutScope.RunUntilAsync(_start + Time(s[2]), scope => InScopeAsync(scope, s, place), token));
                token.ThrowIfCancellationRequested();
                break;
            case "try":
                await TryAsync(s, place);
                token.ThrowIfCancellationRequested();
                break;
            case "shield":
                await Shield.RunAsync(fresh => BlockAsync(s[1], place with { Token = fresh }));
                break;
            case "reschedule":
                _scopes[Text(s[1])].Reschedule(Time(s[2]));
                Note(place, $"moved {Text(s[1])}");
                break;
            case "cancel_child":
                _children.GetValueOrDefault(Text(s[1]))?.Cancel();
                break;
            case "cancel_group":
                _groups[Text(s[1])].Cancel();
                break;
            case "wait":
                token.ThrowIfCancellationRequested();
                if (_children.GetValueOrDefault(Text(s[1])) is { } child)
                {
                    await Task.WhenAny(child.Completion, Forever.WaitAsync(token));
                    await Task.Delay(Time(s[2])!.Value, Clock, token);
                    Note(place, $"{Text(s[1])} is {child.Status}");
                }

                break;
            default:
                await AtQueueAsync(_queues[Text(s[1])], s, place);
                break;
        }
    }

    private async Task AtQueueAsync(IProgramQueue queue, JsonArray s, Place place)
    {
        switch (Text(s[0]))
        {
            case "put":
                await queue.PutAsync(Text(s[2]), s[3]!.GetValue<int>(), place.Token);
                Note(place, $"put {Text(s[2])}");
                break;
            case "get":
                Note(place, $"got {await queue.GetAsync(place.Token)}");
                break;
            case "try_put":
                Note(place, queue.TryPut(Text(s[2]), s[3]!.GetValue<int>()) ? $"put {Text(s[2])}" : "not put");
                break;
            case "try_get":
                Note(place, queue.TryGet() is { } item ? $"got {item}" : "not got");
                break;
            case "done":
                queue.MarkDone();
                Note(place, "done");
                break;
            case "join":
                await queue.JoinAsync(place.Token);
                Note(place, "joined");
                break;
            case "shutdown":
                queue.Shutdown(s[2]!.GetValue<bool>());
                Note(place, "shut down");
                break;
            case "count":
                Note(place, $"{Text(s[1])} holds {queue.Counts}");
                break;
            default:
                throw new JsonException($"No such statement: {s}");
        }
    }

    private void StartChild(TaskGroup group, string name, JsonNode? body)
    {
        _children[name] = group.Start(
            async token =>
            {
                var place = new Place(name, token);
                try
                {
                    await BlockAsync(body, place);
                    token.ThrowIfCancellationRequested();
                }
                finally
                {
                    Note(place, "end");
                }
            },
            name);
    }

    private Task InScopeAsync(TimeoutScope scope, JsonArray s, Place place)
    {
        _scopes[Text(s[1])] = scope;
        return BlockAsync(s[3], place with { Token = scope.Token });
    }

    private async Task TellAsync(Place place, string name, Func<Task> run)
    {
        try
        {
            await run();
            Note(place, $"{name} ok{Expired()}");
        }
        catch (Exception e)
        {
            Note(place, $"{name} {Describe(e)}{Expired()}");
            throw;
        }

        string Expired() => _scopes.TryGetValue(name, out var scope) ? $" expired={scope.Expired}" : "";
    }

    private async Task TryAsync(JsonArray s, Place place)
    {
        try
        {
            await BlockAsync(s[1], place);
        }
        catch (OperationCanceledException) when (s[3] is not null)
        {
            Note(place, "swallowed");
            await BlockAsync(s[3], place);
        }
        catch (Exception e) when (e is not OperationCanceledException && s[2] is not null)
        {
            Note(place, $"caught {Describe(e)}");
            await BlockAsync(s[2], place);
        }
        finally
        {
            if (s[4] is not null)
            {
                Note(place, "finally");
                await BlockAsync(s[4], place);
            }
        }
    }

    /// <summary>Where a statement runs: in which task, and with which token.</summary>
    private sealed record Place(string Task, CancellationToken Token);

    /// <summary>One face for the three kinds of queue.</summary>
    private interface IProgramQueue
    {
        string Counts { get; }

        Task PutAsync(string value, int priority, CancellationToken token);

        Task<string> GetAsync(CancellationToken token);

        bool TryPut(string value, int priority);

        string? TryGet();

        void MarkDone();

        Task JoinAsync(CancellationToken token);

        void Shutdown(bool immediate);
    }

    private sealed class ProgramQueue<T>(JoinableQueue<T> queue, Func<string, int, T> item, Func<T, string> value) : IProgramQueue
    {
        public string Counts => string.Create(CultureInfo.InvariantCulture, $"{queue.Count} of {queue.UnfinishedCount}");

        public async Task PutAsync(string v, int priority, CancellationToken token) => await queue.PutAsync(item(v, priority), token);

        public async Task<string> GetAsync(CancellationToken token) => value(await queue.GetAsync(token));

        public bool TryPut(string v, int priority) => queue.TryPut(item(v, priority));

        public string? TryGet() => queue.TryGet(out var got) ? value(got) : null;

        public void MarkDone() => queue.MarkDone();

        public Task JoinAsync(CancellationToken token) => queue.JoinAsync(token);

        public void Shutdown(bool immediate) => queue.Shutdown(immediate);
    }
}
