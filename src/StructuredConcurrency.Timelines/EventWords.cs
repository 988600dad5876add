namespace StructuredConcurrency.Timelines;

/// <summary>An event as the end of a sentence: «C1 takes item 2».</summary>
internal static class EventWords
{
    public static string Of(in ScopeEvent e)
    {
        var who = e.TaskName is { Length: > 0 } name ? DisplayText.Name(name) : e.Task is { } id ? $"task {id}" : "somebody";
        var scope = $"'{DisplayText.Name(e.ScopeName)}'";
        var item = e.Item is { Length: > 0 } text ? $"item {DisplayText.Name(text)}" : "an item";
        return e.Kind switch
        {
            ScopeEventKind.ScopeOpened => $"{who} opens {scope}",
            ScopeEventKind.ScopeClosed => $"{scope} {Ends(e.Outcome)}",
            ScopeEventKind.ChildStarted => $"{who} starts",
            ScopeEventKind.ChildEnded => $"{who} {Ends(e.Outcome)}",
            ScopeEventKind.CancelRequested => e.Target is null ? $"{scope} is asked to stop" : $"{who} is asked to stop",
            ScopeEventKind.CancelObserved => $"{who} notices that it was asked to stop",
            ScopeEventKind.DeadlineSet => $"{scope} is given a deadline",
            ScopeEventKind.DeadlineMoved => $"the deadline of {scope} is moved",
            ScopeEventKind.DeadlineExpired => $"the deadline of {scope} passes",
            ScopeEventKind.Put => $"{who} puts {item}",
            ScopeEventKind.Get => $"{who} takes {item}",
            ScopeEventKind.ItemDone => $"{who} marks an item done",
            ScopeEventKind.Joined => $"{who} has joined",
            ScopeEventKind.ShutDown => $"{who} shuts the queue down",
            ScopeEventKind.WaitStarted => $"{who} begins {Waiting(e)}",
            ScopeEventKind.WaitEnded => $"{who} ends {Waiting(e)}",
            ScopeEventKind.WorkStarted => $"{who} begins work on {DisplayText.Name(e.Item)}",
            ScopeEventKind.WorkEnded => $"{who} ends work on {DisplayText.Name(e.Item)}",
            ScopeEventKind.Mark => $"{who} remarks '{DisplayText.Clean(e.Text, 40)}'",
            _ => $"{who} goes on",
        };
    }

    private static string Ends(ScopeOutcome? outcome) => outcome switch
    {
        ScopeOutcome.Succeeded => "ends",
        ScopeOutcome.Faulted => "fails",
        ScopeOutcome.Cancelled => "ends cancelled",
        ScopeOutcome.TimedOut => "times out",
        _ => "ends",
    };

    private static string Waiting(in ScopeEvent e) => e.Wait is { } wait ? StateLook.Of(StateLook.Of(wait)).Words : "waiting";
}
