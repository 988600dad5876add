using System.CommandLine;
using StructuredConcurrency;
using StructuredConcurrency.Timelines;
using Workshop.Gallery;

namespace Workshop;

/// <summary><c>workshop timeline</c>: makes a picture of any event log.</summary>
internal static class TimelineVerb
{
    private static readonly (string Ending, Func<Timeline, string> Draw, Func<TimelineComparison, string> Compare)[] s_forms =
    [
        (".html", timeline => timeline.ToHtml(), both => both.ToHtml()),
        (".svg", timeline => timeline.ToSvg(), both => both.ToSvg()),
        (".txt", timeline => timeline.ToText(), both => both.ToText()),
        (".figure.json", timeline => timeline.ToPlotlyFigure(), both => both.ToPlotlyFigure()),
        (".trace.json", timeline => timeline.ToTraceJson(), both => both.ToTraceJson()),
    ];

    private static readonly string s_endings = $"{string.Join(", ", s_forms[..^1].Select(form => form.Ending))} or {s_forms[^1].Ending}";

    public static Command Create()
    {
        var log = new Argument<string?>("LOG") { Arity = ArgumentArity.ZeroOrOne, Description = "An event log, such as the log.jsonl that 'lesson --out' writes" };
        var files = new Option<string[]>("--out") { Description = $"File to draw into; its ending says how: {s_endings}. May be given several times. Without it the text drawing is printed" };

        var other = new Option<string?>("--compare") { Description = "A second log, to draw below the first on the same axis; what differs is marked" };
        var gallery = new Option<string?>("--gallery") { Description = "Folder for a gallery of stories, drawn anew", Hidden = true };

        var verb = new Command("timeline", "Draw any event log as a timeline.") { log, files, other, gallery };
        verb.Validators.Add(result =>
        {
            if (result.GetResult(gallery) is null && result.GetValue(log) is null)
                result.AddError("timeline needs a LOG to draw");
            else if (result.GetResult(gallery) is not null && (result.GetValue(log) ?? result.GetValue(other) ?? result.GetValue(files)?.FirstOrDefault()) is { } extra)
                result.AddError($"--gallery draws stories of its own: leave out {extra}");
        });
        verb.SetAction(parsed =>
        {
            if (parsed.GetValue(gallery) is not { } folder)
                return Run(parsed.GetValue(log)!, parsed.GetValue(other), parsed.GetValue(files) ?? []);
            GalleryPage.Write(OutputFolder.Open(folder, "--gallery"));
            return 0;
        });
        return verb;
    }

    private static int Run(string path, string? otherPath, string[] files)
    {
        // Every file is looked at before the first is written: all of them or none.
        var outputs = files.Select(file => (Form: FormOf(file), Name: Path.GetFileName(file), Folder: FolderOf(file))).ToList();
        var timeline = Timeline.From(Load(path));
        var both = otherPath is null ? null : Timeline.Compare(timeline, Timeline.From(Load(otherPath)), NameOf(path, otherPath), NameOf(otherPath, path));
        foreach (var (form, name, folder) in outputs)
            folder.Write(name, both is null ? form.Draw(timeline) : form.Compare(both));
        if (outputs.Count == 0)
            Console.Write(both?.ToText() ?? timeline.ToText());
        return 0;
    }

    /// <summary>A log is called after its file; two files of one name after their folders too.</summary>
    private static string NameOf(string path, string other) =>
        Path.GetFileName(path) == Path.GetFileName(other) && Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder
            ? $"{Path.GetFileName(folder)}/{Path.GetFileName(path)}"
            : Path.GetFileNameWithoutExtension(path);

    private static (Func<Timeline, string> Draw, Func<TimelineComparison, string> Compare) FormOf(string file) =>
        Array.Find(s_forms, form => file.EndsWith(form.Ending, StringComparison.OrdinalIgnoreCase)) is { Draw: not null } found
            ? (found.Draw, found.Compare)
            : throw new InputException($"--out {file}: the ending of a file says how to draw; name it {s_endings}.");

    private static OutputFolder FolderOf(string file) => OutputFolder.Open(Path.GetDirectoryName(file) is { Length: > 0 } folder ? folder : ".", "--out");

    private static EventLog Load(string path)
    {
        try
        {
            return EventLog.Load(path);
        }
        catch (FormatException e)
        {
            throw new InputException($"{e.Message}. Give it a log that EventLog.Save or 'lesson --out' wrote.", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path}: there is no such file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message.TrimEnd('.')}).", e);
        }
    }
}
