namespace StructuredConcurrency.Timelines.Tests;

/// <summary>A log whose every name tries to break out of the form that it is drawn in.</summary>
internal static class HostileNames
{
    public const string Markup = "</script><script>alert(1)</script><b>\"'&";
    public const string Emoji = "👩‍🚀 crew 🚀\ud800";
    public const string RightToLeft = "\u202eעובד אחד";
    public const string Control = "a\u0000b\u001b[31m\nc\ufffe";

    public static readonly string Long = string.Concat(Enumerable.Repeat("very long name ", 700));

    public static EventLog Log() => new Story()
        .Scope(1, Markup, ScopeKind.Group)
        .Child(1, Markup, 1).Child(2, Emoji, 1).Child(3, RightToLeft, 1).Child(4, Long, 1).Child(5, Control, 1).Child(6, "", 1)
        .Wait(1, ScopeWait.Item)
        .At(10).Put(2, Markup, out var put).Get(1, Markup, put).Woken(1, ScopeWait.Item, put, by: 2)
        .Work(3, Long).Work(4, Emoji).Work(5, Control).Work(6, "")
        .Add(new ScopeEvent { Kind = ScopeEventKind.Mark, Task = 4, Text = Long + Markup })
        .At(60).Done(1).Ended(1).Ended(2)
        .Add(new ScopeEvent { Kind = ScopeEventKind.ChildEnded, Task = 3, Outcome = ScopeOutcome.Faulted, Text = Markup + Control }, out var failed)
        .Add(new ScopeEvent { Kind = ScopeEventKind.CancelRequested, Scope = 1, Cause = failed, Text = Markup })
        .Line(Markup + Long)
        .Log;
}
