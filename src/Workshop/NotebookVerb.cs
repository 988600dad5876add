using System.CommandLine;
using System.Text.Json;
using Workshop.Notebooks;

namespace Workshop;

/// <summary><c>workshop notebook run</c>: executes notebooks without Jupyter and compares or keeps what they give.</summary>
internal static class NotebookVerb
{
    private static readonly JsonSerializerOptions s_jsonOptions = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH") { Description = "Notebooks, or folders of notebooks", Arity = ArgumentArity.OneOrMore };
        var folder = new Option<string?>("--out") { Description = "Folder for the executed notebooks, each as .ipynb and .html, and of several also one page of all, index.html; without it nothing is written" };
        var limit = NumberOption.Create("--timeout", "Seconds that one cell may run", 60.0, 0.1, 86_400);
        var check = new Option<bool>("--check") { Description = "Fail when a cell gives another output than the notebook has stored" };
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of the lines" };

        var run = new Command("run", "Execute notebooks from top to bottom.") { paths, folder, limit, check, json };
        run.SetAction((parsed, token) => RunAsync(
            Find(parsed.GetRequiredValue(paths)),
            parsed.GetValue(folder),
            TimeSpan.FromSeconds(parsed.GetValue(limit)),
            parsed.GetValue(check),
            parsed.GetValue(json),
            token));
        return new Command("notebook", "Execute C# notebooks: no Jupyter needed.") { run };
    }

    /// <summary>The notebooks behind files and folders, a folder's in the order of their names.</summary>
    /// <exception cref="InputException">One of them is not there, or is no notebook.</exception>
    public static IReadOnlyList<NotebookDocument> Find(IEnumerable<string> paths)
    {
        return [.. paths.SelectMany(Files).Select(Load)];

        static IEnumerable<string> Files(string path)
        {
            if (!Directory.Exists(path))
                return [path];
            var files = Directory.GetFiles(path, "*.ipynb").Order(StringComparer.Ordinal).ToList();
            return files.Count > 0 ? files : throw new InputException($"{path}: there is no .ipynb file in this folder.");
        }

        static NotebookDocument Load(string path)
        {
            try
            {
                return NotebookDocument.Load(path);
            }
            catch (NotebookFormatException e)
            {
                throw new InputException(e.Message, e);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                throw new InputException($"{path}: there is no such file or folder.", e);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InputException($"{path}: cannot be read ({e.Message.TrimEnd('.')}).", e);
            }
        }
    }

    private static async Task<int> RunAsync(IReadOnlyList<NotebookDocument> notebooks, string? path, TimeSpan limit, bool check, bool json, CancellationToken token)
    {
        var folder = path is null ? null : OutputFolder.Open(path, "--out");
        if (folder is not null && notebooks.GroupBy(NameOf, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } clash)
            throw new InputException($"{string.Join(" and ", clash.Select(notebook => notebook.Name))}: --out would write {clash.Key}.ipynb twice. Run them one by one, each with a folder of its own.");

        using var interrupt = Interrupt.Listen(token);
        var executed = new List<NotebookDocument>();
        var results = new List<Result>();
        foreach (var notebook in notebooks)
        {
            var run = await NotebookProgressBar.RunAsync(notebook, new NotebookRunOptions { CellTimeLimit = limit }, interrupt.Token);
            var differences = check ? OutputComparison.Compare(notebook, run.Executed).Select(d => d.ToString()).ToList() : [];
            var result = new Result(notebook.Name, run.Succeeded && differences.Count == 0, Error(run), differences);
            results.Add(result);
            executed.Add(run.Executed);
            Keep(run.Executed, folder);
            if (!json)
                Print(result);
            interrupt.Token.ThrowIfCancellationRequested();
        }

        if (executed.Count > 1)
            folder?.Write("index.html", Book.Render(executed, Path.GetFullPath(path!)));
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(new { notebooks = results }, s_jsonOptions));
        return results.TrueForAll(result => result.Passed) ? 0 : 1;
    }

    private static string? Error(NotebookRun run) => run.Failure?.Error is { } error ? string.Join('\n', error.Traceback) : null;

    private static void Keep(NotebookDocument executed, OutputFolder? folder)
    {
        if (folder is null)
            return;
        var name = NameOf(executed);
        folder.Write($"{name}.ipynb", executed.ToBytes());
        folder.Write($"{name}.html", NotebookPage.Render([executed]));
    }

    private static string NameOf(NotebookDocument notebook) => Path.GetFileNameWithoutExtension(notebook.Name);

    private static void Print(Result result)
    {
        Console.WriteLine($"{(result.Passed ? "ok    " : "FAILED")} {result.Path}");
        if (result.Error is not null)
            Console.WriteLine(Indent(result.Error));
        foreach (var difference in result.Differences)
            Console.WriteLine(Indent(difference));

        static string Indent(string text) => "       " + text.Replace("\n", "\n       ", StringComparison.Ordinal);
    }

    private sealed record Result(string Path, bool Passed, string? Error, IReadOnlyList<string> Differences);
}
