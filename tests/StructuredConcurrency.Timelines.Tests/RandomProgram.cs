using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Timelines.Tests;

/// <summary>A program that nobody thought of: scopes within scopes, queues, failures, cancellations, deadlocks, all drawn from one seed.</summary>
internal sealed class RandomProgram(int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<JoinableQueue<string>> _queues = [];
    private int _left = 60;
    private int _items;

    /// <summary>Runs it under a schedule that the same seed decides.</summary>
    public static EventLog Run(int seed)
    {
        var picker = (seed % 3) switch { 0 => (ISchedulePicker)new FifoPicker(), 1 => new RandomPicker((ulong)seed), _ => new PctPicker(3, (ulong)seed, 200) };
        return EventLoop.Run(new RandomProgram(seed).MainAsync, new EventLoopOptions { Seed = (ulong)seed, Picker = picker, MaxSteps = 20_000, MaxVirtualTime = TimeSpan.FromMinutes(1) }).Log;
    }

    private async Task MainAsync()
    {
        for (var i = _random.Next(1, 3); i > 0; i--)
            _queues.Add(new JoinableQueue<string>(_random.Next(2) == 0 ? null : _random.Next(1, 4)) { Name = $"q{i}" });
        try
        {
            await StepsAsync(null, depth: 0, CancellationToken.None);
            await ScopeAsync(0, CancellationToken.None);
        }
        catch (Exception e) when (e is TaskGroupException or TimeoutException or OperationCanceledException or InvalidOperationException or QueueShutDownException)
        {
            ScopeTracing.Line($"ended by {e.GetType().Name}");
        }
    }

    private Task ScopeAsync(int depth, CancellationToken token) => _random.Next(4) switch
    {
        0 => TimeoutScope.RunAsync(TimeSpan.FromMilliseconds(_random.Next(0, 120)), scope => StepsAsync(null, depth + 1, scope.Token), token),
        1 => Shield.RunAsync(inner => StepsAsync(null, depth + 1, inner), TimeSpan.FromMilliseconds(_random.Next(1, 200))),
        _ => TaskGroup.RunAsync(
            async group =>
            {
                for (var i = _random.Next(1, 4); i > 0; i--)
                    group.Start(inner => StepsAsync(group, depth + 1, inner), $"t{depth}.{i}");
                await StepsAsync(group, depth + 1, group.Token);
            },
            token),
    };

    private async Task StepsAsync(TaskGroup? group, int depth, CancellationToken token)
    {
        for (var i = _random.Next(5); i > 0 && _left-- > 0; i--)
            await StepAsync(group, depth, token);
    }

    private async Task StepAsync(TaskGroup? group, int depth, CancellationToken token)
    {
        var queue = _queues[_random.Next(_queues.Count)];
        switch (_random.Next(25))
        {
            case < 4:
                await Logs.Delay(_random.Next(30), token);
                break;
            case < 8:
                await WorkAsync($"w{_random.Next(9)}", token);
                break;
            case < 12:
                await queue.PutAsync(_random.Next(9) == 0 ? "stop" : $"{++_items}", token);
                break;
            case < 15:
                var item = await queue.GetAsync(token);
                if (_random.Next(3) > 0)
                    await WorkAsync(item, token);
                if (_random.Next(4) > 0)
                    queue.MarkDone();
                break;
            case 15:
                await queue.JoinAsync(token);
                break;
            case 16:
                group?.Cancel(_random.Next(2) == 0 ? null : "enough");
                break;
            case 17 when depth > 1:
                throw new InvalidOperationException($"failed at depth {depth}");
            case 18:
                ScopeTracing.Mark("here");
                break;
            case 19 when group is not null && depth < 4 && !group.IsCancellationRequested:
                var child = group.Start(inner => StepsAsync(null, depth + 1, inner), "late");
                if (_random.Next(2) == 0)
                    child.Cancel();
                break;
            case 20 when _random.Next(4) == 0:
                queue.Shutdown(immediate: _random.Next(2) == 0);
                break;
            case 21 or 22 or 24 when depth < 4:
                await ScopeAsync(depth, token);
                break;
            case 23:
                await SignalAsync(token);
                break;
            default:
                await Task.Yield();
                break;
        }
    }

    private async Task SignalAsync(CancellationToken token)
    {
        var outcome = ScopeOutcome.Cancelled;
        ScopeTracing.WaitStarted("a signal");
        try
        {
            await Logs.Delay(_random.Next(30), token);
            outcome = ScopeOutcome.Succeeded;
        }
        finally
        {
            ScopeTracing.WaitEnded("a signal", outcome);
        }
    }

    private async Task WorkAsync(string item, CancellationToken token)
    {
        ScopeTracing.WorkStarted(item);
        try
        {
            await Logs.Delay(_random.Next(40), token);
            ScopeTracing.WorkEnded(item, ScopeOutcome.Succeeded);
        }
        catch (OperationCanceledException)
        {
            ScopeTracing.CancelObserved();
            ScopeTracing.WorkEnded(item, ScopeOutcome.Cancelled);
            if (_random.Next(4) > 0)
                throw;
        }
    }
}
