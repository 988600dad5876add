using System.CommandLine;
using StructuredConcurrency;
using StructuredConcurrency.Timelines;
using Workshop.Gallery;

namespace Workshop;

/// <summary><c>workshop timeline</c>: makes a picture of any event log.</summary>
internal static class TimelineVerb
{
    private static readonly (string Ending, Func<Timeline, string> Draw)[] s_forms =
    [
        (".html", timeline => timeline.ToHtml()),
        (".svg", timeline => timeline.ToSvg()),
        (".txt", timeline => timeline.ToText()),
        (".figure.json", timeline => timeline.ToPlotlyFigure()),
        (".trace.json", timeline => timeline.ToTraceJson()),
    ];

    private static readonly string s_endings = $"{string.Join(", ", s_forms[..^1].Select(form => form.Ending))} or {s_forms[^1].Ending}";

    public static Command Create()
    {
        var log = new Argument<string?>("LOG") { Arity = ArgumentArity.ZeroOrOne, Description = "An event log, such as the log.jsonl that 'lesson --out' writes" };
        var files = new Option<string[]>("--out") { Description = $"File to draw into; its ending says how: {s_endings}. May be given several times. Without it the text drawing is printed" };

        var gallery = new Option<string?>("--gallery") { Description = "Folder for a gallery of stories, drawn anew", Hidden = true };

        var verb = new Command("timeline", "Draw any event log as a timeline.") { log, files, gallery };
        verb.Validators.Add(result =>
        {
            if (result.GetResult(gallery) is null && result.GetValue(log) is null)
                result.AddError("timeline needs a LOG to draw");
            else if (result.GetResult(gallery) is not null && (result.GetValue(log) ?? result.GetValue(files)?.FirstOrDefault()) is { } other)
                result.AddError($"--gallery draws stories of its own: leave out {other}");
        });
        verb.SetAction(parsed =>
        {
            if (parsed.GetValue(gallery) is not { } folder)
                return Run(parsed.GetValue(log)!, parsed.GetValue(files) ?? []);
            GalleryPage.Write(OutputFolder.Open(folder, "--gallery"));
            return 0;
        });
        return verb;
    }

    private static int Run(string path, string[] files)
    {
        // Every file is looked at before the first is written: all of them or none.
        var outputs = files.Select(file => (Draw: FormOf(file), Name: Path.GetFileName(file), Folder: FolderOf(file))).ToList();
        var timeline = Timeline.From(Load(path));
        foreach (var (draw, name, folder) in outputs)
            folder.Write(name, draw(timeline));
        if (outputs.Count == 0)
            Console.Write(timeline.ToText());
        return 0;
    }

    private static Func<Timeline, string> FormOf(string file) =>
        Array.Find(s_forms, form => file.EndsWith(form.Ending, StringComparison.OrdinalIgnoreCase)).Draw
        ?? throw new InputException($"--out {file}: the ending of a file says how to draw; name it {s_endings}.");

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
