using System.Globalization;
using System.Text;

namespace StructuredConcurrency.Simulation;

/// <summary>A schedule as a table: a column for each task, a row for each step, and between two tasks a row that says why the turn went over.</summary>
internal sealed class ScheduleTable
{
    private const int Width = 100;
    private const int TimeWidth = 8;
    private const int Narrowest = 14;
    private const int MostRows = 120;

    private readonly RunReport _report;
    private readonly IReadOnlyList<StepRecord> _steps;
    private readonly List<string> _names;
    private readonly int _column;

    public ScheduleTable(RunReport report, IReadOnlyList<StepRecord> steps)
    {
        _report = report;
        _steps = steps;

        // Two tasks of one name are two columns; the clock has none, it is a reason.
        _names = [.. steps.Where(step => step.Task >= 0).GroupBy(step => step.Task).OrderBy(group => group.Key).Select(group => group.First().Name)];
        _column = _names.Count == 0 ? Width : Math.Max(Narrowest, (Width - TimeWidth) / _names.Count - 1);
    }

    /// <summary>The steps that a report shows: the last ones, where they are very many.</summary>
    private IEnumerable<StepRecord> Shown => _steps.Skip(Math.Max(0, _steps.Count - MostRows));

    public string Draw()
    {
        var text = new StringBuilder();
        var lanes = _steps.Where(step => step.Task >= 0).Select(step => step.Task).Distinct().Order().ToList();
        if (_steps.Count > MostRows)
            text.Append(CultureInfo.InvariantCulture, $"({_steps.Count - MostRows:N0} steps before these are left out)\n");
        var wide = lanes.Count * (_column + 1) + TimeWidth > Width;
        if (wide)
        {
            DrawList(text);
            return text.ToString();
        }

        text.Append("time".PadRight(TimeWidth));
        foreach (var name in _names)
            text.Append('│').Append(Fit(" " + name));
        Trim(text);
        text.Append(new string('─', TimeWidth));
        foreach (var _ in _names)
            text.Append('┼').Append(new string('─', _column));
        text.Append('\n');

        StepRecord? before = null;
        foreach (var step in Shown)
        {
            if (before is not null && before.Task != step.Task)
                text.Append("".PadRight(TimeWidth)).Append("· ").Append(Clip(Reason(step), Width - TimeWidth - 2)).Append('\n');
            if (step.Task >= 0)
                DrawRows(text, step, lanes.IndexOf(step.Task), lanes.Count);
            before = step;
        }

        return text.ToString();
    }

    /// <summary>Why the turn went to this step: who made it ready, and whether it was chosen among others.</summary>
    public static string Reason(StepRecord step)
    {
        var why = step.Reason switch
        {
            StepReason.Timer => $"time: {step.Did}",
            StepReason.Outside => $"{step.Name}: woken by code outside the loop",
            StepReason.Started when step.By is null || step.By == step.Name => $"{step.Name} starts",
            StepReason.Started => $"{step.Name}: started by {step.By}",
            _ when step.By == "clock" => $"{step.Name}: woken by a timer",
            _ when step.By == step.Name => $"{step.Name}: goes on by itself",
            _ => $"{step.Name}: woken by {step.By}",
        };
        return step.Ready == 1 ? why : step.Choice == 0 ? $"{why}; first of {step.Ready} ready" : $"{why}; PICKED before {step.Choice} that came first, of {step.Ready} ready";
    }

    /// <summary>What a step did, in words: the events of the log, then where the task stands.</summary>
    public IEnumerable<string> Deeds(StepRecord step)
    {
        var events = Events.Skip(step.FirstEvent).Take(step.EventCount).Select(e => Words(e, step.Name)).OfType<string>().ToList();
        return step.Did.Length == 0 || (step.Did == "ends" && events.Count > 0) ? events : [.. events, step.Did];
    }

    private IReadOnlyList<ScopeEvent> Events => field ??= _report.Log.Events;

    private static string? Words(ScopeEvent e, string name) => e.Kind switch
    {
        ScopeEventKind.ScopeOpened => $"opens {e.ScopeName}",
        ScopeEventKind.ScopeClosed => $"leaves {e.ScopeName}",
        ScopeEventKind.ChildStarted => $"starts {e.TaskName}",
        ScopeEventKind.ChildEnded => (e.TaskName == name ? "" : e.TaskName + " ") + e.Outcome switch { ScopeOutcome.Succeeded => "ends", ScopeOutcome.Cancelled => "is cancelled", _ => $"fails: {e.Text}" },
        ScopeEventKind.CancelRequested => $"asks to stop: {e.Text}",
        ScopeEventKind.DeadlineExpired => "the deadline passes",
        ScopeEventKind.Put => $"puts {e.Item} into {e.Queue}",
        ScopeEventKind.Get => e.TaskName == name ? $"takes {e.Item} from {e.Queue}" : $"{e.TaskName} is given {e.Item}",
        ScopeEventKind.ItemDone => $"marks done: {e.Unfinished} unfinished",
        ScopeEventKind.Joined => $"{e.Queue} is joined",
        ScopeEventKind.ShutDown => $"shuts {e.Queue} down",
        ScopeEventKind.WorkStarted => $"begins {e.Item}",
        ScopeEventKind.WorkEnded => $"ends work on {e.Item}",
        ScopeEventKind.Mark or ScopeEventKind.Line => e.Text,
        _ => null,
    };

    private void DrawRows(StringBuilder text, StepRecord step, int column, int columns)
    {
        var time = Time(step).PadRight(TimeWidth);
        var lines = Deeds(step).SelectMany(Wrap).ToList();
        foreach (var line in lines.Count == 0 ? ["runs"] : lines)
        {
            text.Append(time);
            for (var i = 0; i <= column && i < columns; i++)
                text.Append('│').Append(Fit(i == column ? " " + line : ""));
            Trim(text);
            time = "".PadRight(TimeWidth);
        }
    }

    /// <summary>More tasks than there is room for columns: the task is named in each row instead.</summary>
    private void DrawList(StringBuilder text)
    {
        var longest = Math.Min(24, _names.Max(name => name.Length));
        StepRecord? before = null;
        foreach (var step in Shown)
        {
            if (before is not null && before.Task != step.Task)
                text.Append("".PadRight(TimeWidth)).Append("· ").Append(Clip(Reason(step), Width - TimeWidth - 2)).Append('\n');
            if (step.Task >= 0)
                text.Append(Time(step).PadRight(TimeWidth)).Append(Clip(step.Name, longest).PadRight(longest + 2)).Append(Clip(string.Join("; ", Deeds(step)), Width - TimeWidth - longest - 2)).Append('\n');
            before = step;
        }
    }

    private static string Time(StepRecord step) => step.Time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Clip(string text, int width)
    {
        var line = text.ReplaceLineEndings(" "); // names are anybody's
        return line.Length <= width ? line : $"{line[..(width - 1)]}…";
    }

    private static void Trim(StringBuilder text)
    {
        while (text.Length > 0 && text[^1] == ' ')
            text.Length--;
        text.Append('\n');
    }

    private string Fit(string text) => Clip(text, _column).PadRight(_column);

    private IEnumerable<string> Wrap(string text)
    {
        var width = _column - 1;
        var rest = text.ReplaceLineEndings(" ");
        for (var lines = 0; rest.Length > width && lines < 2; lines++)
        {
            var end = rest.LastIndexOf(' ', width) is > 0 and var space ? space : width;
            yield return rest[..end];
            rest = rest[end..].TrimStart();
        }

        yield return Clip(rest, width);
    }
}
