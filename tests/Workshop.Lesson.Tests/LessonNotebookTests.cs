using System.Text.RegularExpressions;
using StructuredConcurrency.Simulation;

namespace Workshop.Lesson.Tests;

/// <summary>Holds the notebooks to what the lesson promises of its text and code. That their outputs are what a run gives is tested where they are run.</summary>
public sealed partial class LessonNotebookTests
{
    private const int MostWords = 30;

    private static readonly string[] s_lesson =
    [
        "01-manual-tasks", "02-structured-concurrency", "03-task-group", "04-cancelling-the-producer", "05-cancelling-the-consumers",
        "06-joining-the-queue", "07-a-global-deadline", "08-reading-the-output", "09-compared-with-manual", "10-beyond",
    ];

    // Figures of a real clock, which no stored output can hold.
    private static readonly (string Notebook, string Figure)[] s_measured = [("07-a-global-deadline", "0.801")];

    public static TheoryData<string> All => [.. LessonNotebook.Names];

    [GeneratedRegex(@"[0-9]+\.[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fraction { get; }

    // Words with a number among them, and nothing that only code has.
    [GeneratedRegex("`(?=[^`]*[0-9])(?<line>[A-Za-z0-9_',:.-]+( [A-Za-z0-9_',:.-]+)+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QuotedLine { get; }

    [GeneratedRegex(@"\b(simply|just)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Belittling { get; }

    [GeneratedRegex(@"(?<=[.!?])[*)""”]*\s+|\n\s*\n|\n(?=\s*([-*#]|[0-9]+\.) )", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SentenceEnd { get; }

    [GeneratedRegex(@"`[^`]*`|\]\([^)]*\)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeOrAddress { get; }

    [GeneratedRegex(@"\]\((?<address>[^)#]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link { get; }

    // What one of the two engines does not have: magics, top-level using declarations, namespaces, extension members, helpers of one engine.
    [GeneratedRegex(@"^(#!|%|using var |await using var |namespace )|\bextension\s*\(|\.Display(As)?\(|\b(Cell|Kernel|HTML|Formatter)\s*[.(]", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OneEngineOnly { get; }

    [Theory]
    [InlineData("01-manual-tasks", "pieces system", "ManualTasks")]
    [InlineData("03-task-group", "group", "GroupedTasks")]
    [InlineData("04-cancelling-the-producer", "pieces", "CancellableProducer")]
    [InlineData("05-cancelling-the-consumers", "pieces", "CancellableConsumers")]
    [InlineData("06-joining-the-queue", "system", "JoinedQueue")]
    public void Stage_AndTheCellThatIntroducesIt_AreTheSameCode(string notebook, string cells, string stage)
    {
        var shown = cells.Split(' ').Select(LessonNotebook.Open(notebook).CodeOf);
        var file = File.ReadAllText(Path.Combine(LessonNotebook.Repository, "src/Workshop.Lesson/Stages", stage + ".cs"));
        var body = file[(file.IndexOf("\n{", StringComparison.Ordinal) + 2)..file.LastIndexOf('}')];
        Assert.Equal(
            Lines(string.Join('\n', shown)),
            Lines(body.Replace("\n    ", "\n", StringComparison.Ordinal).Replace("public static ", "", StringComparison.Ordinal).Replace("EventLoop.Current!", "EventLoop.Current", StringComparison.Ordinal)));

        // A script knows nothing of null, a stage is documented, and a cell says where its other methods come from.
        static IEnumerable<string> Lines(string code) => code.ReplaceLineEndings("\n").Split('\n')
            .Where(line => line.Trim().Length > 0 && !line.StartsWith("///", StringComparison.Ordinal) && !line.StartsWith("using static ", StringComparison.Ordinal));
    }

    [Fact]
    public void GlobalDeadline_ItsSystem_PrintsWhatTheLessonsProgramPrints()
    {
        var lines = new List<string>();
        EventLoop.Run(
            () => LessonProgram.RunAsync(new LessonSettings(), new SimulatedWork(LessonSettings.DefaultSeed, EventLoop.Current!.TimeProvider, lines.Add)),
            new EventLoopOptions { Seed = LessonSettings.DefaultSeed });
        Assert.Equal(string.Join('\n', lines) + "\n", LessonNotebook.Open("07-a-global-deadline").Outputs["run"]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Prose_EveryFigureAndQuotedLine_IsInAStoredOutput(string name)
    {
        var notebook = LessonNotebook.Open(name);
        var outputs = string.Concat(notebook.Outputs.Values);
        var known = outputs + string.Concat(notebook.Code.Select(cell => cell.Text));
        foreach (var (id, text) in notebook.Prose)
        {
            foreach (var figure in Fraction.Matches(text).Select(match => match.Value).Where(figure => !s_measured.Contains((name, figure))))
                Assert.True(known.Contains(figure, StringComparison.Ordinal), $"{name}, cell '{id}': no output has the figure {figure}");
            foreach (Match quoted in QuotedLine.Matches(text))
                Assert.True(outputs.Contains(quoted.Groups["line"].Value, StringComparison.Ordinal), $"{name}, cell '{id}': no output has the line {quoted.Groups["line"].Value}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Prose_Sentences_AreShortAndBelittleNobody(string name)
    {
        foreach (var (id, text) in LessonNotebook.Open(name).Prose)
        {
            var belittling = Belittling.Match(CodeOrAddress.Replace(text, " "));
            Assert.False(belittling.Success, $"{name}, cell '{id}': '{belittling.Value}'");
            foreach (var sentence in SentenceEnd.Split(CodeOrAddress.Replace(text, " code ")))
            {
                var words = sentence.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Count(word => word.Any(char.IsLetterOrDigit));
                Assert.True(words <= MostWords, $"{name}, cell '{id}': {words} words: {sentence.Trim()}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Code_RunsOnEitherEngine(string name)
    {
        var notebook = LessonNotebook.Open(name);
        foreach (var (id, text) in notebook.Code)
        {
            var found = OneEngineOnly.Match(text);
            Assert.False(found.Success, $"{name}, cell '{id}': {found.Value}");
            foreach (var reference in text.Split('\n').Where(line => line.StartsWith("#r ", StringComparison.Ordinal)))
                Assert.StartsWith("#r \"../artifacts/notebook/", reference, StringComparison.Ordinal);
        }

        // What one engine imports by itself and the other does not.
        Assert.All(["System", "System.Threading", "System.Threading.Tasks"], import => Assert.Contains($"using {import};\n", notebook.Code[0].Text, StringComparison.Ordinal));
        foreach (var (import, type) in new[] { ("System.Linq", @"\.(Select|Where|Count|Distinct)\("), ("System.Collections.Generic", @"\b(List|Dictionary)<"), ("System.IO", @"\b(File|Path|StringWriter)\b") })
        {
            if (notebook.Code.Exists(cell => Regex.IsMatch(cell.Text, type, RegexOptions.None, TimeSpan.FromSeconds(1))))
                Assert.Contains($"using {import};\n", notebook.Code[0].Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Notebook_LinksToItsNeighboursAndToFilesThatExist(string name)
    {
        var notebook = LessonNotebook.Open(name);
        var place = Array.IndexOf(s_lesson, name);
        Assert.True(place >= 0, $"{name} is no notebook of the lesson");
        var addresses = notebook.Markdown.SelectMany(cell => Link.Matches(cell.Text)).Select(match => match.Groups["address"].Value).ToList();
        foreach (var neighbour in new[] { place - 1, place + 1 }.Where(n => n >= 0 && n < s_lesson.Length))
            Assert.Contains(s_lesson[neighbour] + ".ipynb", addresses);
        foreach (var address in addresses.Where(a => !a.Contains("://", StringComparison.Ordinal)))
        {
            var isLesson = s_lesson.Contains(Path.GetFileNameWithoutExtension(address));
            Assert.True(isLesson || File.Exists(Path.Combine(LessonNotebook.Repository, "notebooks", address)), $"{name} links to {address}, which is not there");
        }
    }
}
