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
    private const int LongestRound = 8;
    private const int FewestRounds = 4; // three times the same is still quick to read

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

    public string Draw()
    {
        var text = new StringBuilder();
        var rows = Fold();
        var lanes = _steps.Where(step => step.Task >= 0).Select(step => step.Task).Distinct().Order().ToList();
        if (rows.Count > MostRows)
        {
            var first = rows.Count - MostRows;
            if (rows.FindIndex(first, row => row.Round > 0) is >= 0 and var fold && fold - rows[fold].Round < first)
                first = fold - rows[fold].Round; // what comes again is shown once
            text.Append(CultureInfo.InvariantCulture, $"({rows.Take(first).Sum(row => row.Steps):N0} steps before these are left out)\n");
            rows.RemoveRange(0, first);
        }

        // With more tasks than there is room for columns, the task is named in each row instead.
        var inColumns = lanes.Count * (_column + 1) + TimeWidth <= Width;
        if (inColumns)
            DrawHead(text);
        StepRecord? before = null;
        foreach (var (step, round, steps) in rows)
        {
            if (round > 0)
            {
                DrawFold(text, step, round, steps);
                continue;
            }

            if (before is not null && before.Task != step.Task)
                text.Append("".PadRight(TimeWidth)).Append("· ").Append(Clip(Reason(step), Width - TimeWidth - 2)).Append('\n');
            if (step.Task >= 0 && inColumns)
                DrawRows(text, step, lanes.IndexOf(step.Task), lanes.Count);
            else if (step.Task >= 0)
                DrawRow(text, step);
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

    private void DrawHead(StringBuilder text)
    {
        text.Append("time".PadRight(TimeWidth));
        foreach (var name in _names)
            text.Append('│').Append(Fit(" " + name));
        Trim(text);
        text.Append(new string('─', TimeWidth));
        foreach (var _ in _names)
            text.Append('┼').Append(new string('─', _column));
        text.Append('\n');
    }

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

    private void DrawRow(StringBuilder text, StepRecord step)
    {
        var longest = Math.Min(24, _names.Max(name => name.Length));
        text.Append(Time(step).PadRight(TimeWidth)).Append(Clip(step.Name, longest).PadRight(longest + 2)).Append(Clip(string.Join("; ", Deeds(step)), Width - TimeWidth - longest - 2)).Append('\n');
    }

    private static void DrawFold(StringBuilder text, StepRecord last, int round, int steps)
    {
        var again = string.Create(CultureInfo.InvariantCulture, $"({(round == 1 ? "this step comes" : $"these {round} steps come")} {steps / round:N0} times more, until {Time(last)})");
        text.Append("".PadRight(TimeWidth)).Append(again).Append('\n');
    }

    /// <summary>The rows in order: a round of steps that comes again and again, as in a loop that polls, stands there once.</summary>
    private List<Row> Fold()
    {
        var deeds = _steps.Select(step => (step.Task, step.Reason, Deeds: step.Task < 0 ? "" : string.Join("; ", Deeds(step)))).ToList();
        var rows = new List<Row>();
        for (var i = 0; i < _steps.Count;)
        {
            var from = i;
            var (round, times) = Enumerable.Range(1, LongestRound)
                .Select(length => (Length: length, Times: TimesFrom(from, length)))
                .Where(found => found.Times >= FewestRounds)
                .DefaultIfEmpty()
                .MaxBy(found => found.Length * (found.Times - 1));
            if (times == 0)
            {
                rows.Add(new Row(_steps[i++], 0, 1));
                continue;
            }

            rows.AddRange(_steps.Skip(i).Take(round).Select(step => new Row(step, 0, 1)));
            rows.Add(new Row(_steps[i + round * times - 1], round, round * (times - 1)));
            i += round * times;
        }

        return rows;

        int TimesFrom(int start, int length)
        {
            var end = start;
            while (end + length < deeds.Count && deeds[end] == deeds[end + length])
                end++;
            return (end - start) / length + 1;
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

    /// <param name="Step">The step; of rounds that are folded, the last.</param>
    /// <param name="Round">How many steps a round has; 0: this is a step and no rounds are folded here.</param>
    /// <param name="Steps">How many steps the row stands for.</param>
    private sealed record Row(StepRecord Step, int Round, int Steps);
}
