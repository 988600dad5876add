using Grader;
using StructuredConcurrency;

namespace Checks;

/// <summary>A run of exercise 02 as the story of its belt: who took how many sentinels, and who still waits for something.</summary>
internal sealed class BeltStory
{
    private readonly Dictionary<int, (string? Name, int Count)> _sentinelsTaken = []; // by task
    private readonly Dictionary<int, (string? Name, ScopeWait Wait)> _waiting = [];
    private readonly HashSet<string> _delivered = new(StringComparer.Ordinal);

    public BeltStory(ObservedRun run)
    {
        var belt = ItemQueue.In(run.Events);
        BothInHand = Hands.BothFull(run.Events);
        foreach (var e in run.Events)
        {
            if (e is { Kind: ScopeEventKind.WorkEnded, Outcome: ScopeOutcome.Succeeded })
                _delivered.Add(e.Item!);
            else if (e.Kind == ScopeEventKind.CancelRequested)
                Cancelled ??= e;
            if (e.Queue is null || e.Queue != (belt.Name ?? e.Queue))
                continue;
            switch (e.Kind)
            {
                case ScopeEventKind.Put when belt.NumberOf(e.Sequence) is not null:
                    ParcelsPut++;
                    break;
                case ScopeEventKind.Put:
                    SentinelsPut++;
                    FirstSentinelBehind ??= ParcelsPut;
                    SentinelPutByTaker |= _sentinelsTaken.ContainsKey(e.Task!.Value);
                    break;
                case ScopeEventKind.Get when e.Cause is { } put && belt.NumberOf(put) is not null:
                    ParcelsTaken++;
                    break;
                case ScopeEventKind.Get:
                    _sentinelsTaken[e.Task!.Value] = (e.TaskName, _sentinelsTaken.GetValueOrDefault(e.Task.Value).Count + 1);
                    break;
                case ScopeEventKind.ShutDown:
                    IsShutDown = true;
                    break;
                case ScopeEventKind.WaitStarted when e.Wait is { } wait:
                    _waiting[e.Task!.Value] = (e.TaskName, wait);
                    break;
                case ScopeEventKind.WaitEnded:
                    _waiting.Remove(e.Task!.Value);
                    break;
            }
        }
    }

    /// <summary>The first parcel with which a carrier set out while another was still under way.</summary>
    public ScopeEvent? BothInHand { get; }

    public int ParcelsPut { get; }

    public int ParcelsTaken { get; }

    public int SentinelsPut { get; }

    public int SentinelsTaken => _sentinelsTaken.Values.Sum(taker => taker.Count);

    /// <summary>How many parcels had been put when the first sentinel was; <see langword="null"/>: there was none.</summary>
    public int? FirstSentinelBehind { get; }

    /// <summary>Whether somebody who had taken a sentinel put one.</summary>
    public bool SentinelPutByTaker { get; }

    public bool IsShutDown { get; }

    /// <summary>The first request to stop.</summary>
    public ScopeEvent? Cancelled { get; }

    /// <summary>Those who took a sentinel, and how many.</summary>
    public IReadOnlyCollection<(string? Name, int Count)> SentinelTakers => _sentinelsTaken.Values;

    /// <summary>Who took more sentinels than one, as a sentence; <see langword="null"/>: nobody.</summary>
    public string? Greedy => _sentinelsTaken.Values.FirstOrDefault(taker => taker.Count > 1) is { Count: > 1 } greedy ? $"'{greedy.Name}' took {greedy.Count} sentinels." : null;

    /// <summary>Names of those who wait for something to be put on the belt, at the end of the run.</summary>
    public IReadOnlyList<string> WaitingForItem => [.. WaitingFor(ScopeWait.Item)];

    /// <summary>Of <see cref="WaitingForItem"/>, those who had taken a sentinel.</summary>
    public IReadOnlyList<string> WaitingAfterSentinel =>
        [.. _waiting.Where(wait => wait.Value.Wait == ScopeWait.Item && _sentinelsTaken.ContainsKey(wait.Key)).Select(wait => $"'{wait.Value.Name}'")];

    /// <summary>Names of those who wait for room on the belt, at the end of the run.</summary>
    public IReadOnlyList<string> WaitingForRoom => [.. WaitingFor(ScopeWait.Room)];

    /// <summary>Whether a parcel was delivered.</summary>
    /// <param name="number">Its number.</param>
    public bool IsDelivered(string number) => _delivered.Contains(number);

    private IEnumerable<string> WaitingFor(ScopeWait what) => _waiting.Values.Where(wait => wait.Wait == what).Select(wait => $"'{wait.Name}'");
}
