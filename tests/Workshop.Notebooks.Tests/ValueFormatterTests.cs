using System.Globalization;

namespace Workshop.Notebooks.Tests;

public sealed class ValueFormatterTests
{
    private sealed record Point(int X, int Y);

    private sealed record Named(string Name, Point At, int[] Sizes);

    private sealed class Node
    {
        public string Name { get; init; } = "node";

        public Node? Next { get; set; }
    }

    private sealed class Failing
    {
        public int Good => 1;

        public int Bad => throw new InvalidOperationException();
    }

    private sealed class Silent
    {
        public override string ToString() => throw new InvalidOperationException();
    }

    public static TheoryData<object?, string> Texts => new()
    {
        { null, "null" },
        { "as it is", "as it is" },
        { 'c', "c" },
        { true, "true" },
        { 1.5, "1.5" },
        { 1234567.25m, "1234567.25" },
        { new DateTime(2026, 1, 2), "2026-01-02" },
        { new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), "2026-01-02 03:04:05Z" },
        { TimeSpan.FromSeconds(90.5), "00:01:30.5000000" },
        { DayOfWeek.Friday, "Friday" },
        { typeof(Dictionary<string, int?[]>), "Dictionary<string, int?[]>" },
        { (1, "a"), "(1, \"a\")" },
        { new[] { 1, 2 }, "[1, 2]" },
        { new[] { "a\n", "\"" }, "[\"a\\n\", \"\\\"\"]" },
        { new Dictionary<string, int> { ["a"] = 1 }, "{ [\"a\"] = 1 }" },
        { Array.Empty<int>(), "[]" },
        { new Point(1, 2), "Point { X = 1, Y = 2 }" },
        { new Named("n", new Point(1, 2), [3]), "Named { Name = \"n\", At = Point { X = 1, Y = 2 }, Sizes = [3] }" },
        { new { X = 1 }, "{ X = 1 }" },
        { new Failing(), "Failing { Good = 1, Bad = <threw InvalidOperationException> }" },
        { new Silent(), "<Silent.ToString threw InvalidOperationException>" },
        { Enumerable.Range(0, 1000).ToList(), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, ... (980 more)]" },
        { new[] { new[] { 1 }, [2] }, "[[1], [2]]" },
        { Task.FromResult(1), "Task<int> (RanToCompletion)" },
        { Task.CompletedTask, "Task (RanToCompletion)" },
        { (Func<int, string>)(i => ""), "Func<int, string>" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Format_Value_ReadsLikeCSharp(object? value, string text) => Assert.Equal(text, ValueFormatter.Format(value).Text);

    [Fact]
    public void Format_EndlessSequence_StopsAndSaysThatThereIsMore()
    {
        static IEnumerable<int> Count()
        {
            for (var i = 0; ; i++)
                yield return i;
        }
        var bundle = ValueFormatter.Format(Count());
        Assert.EndsWith("18, 19, ... (more)]", bundle.Text, StringComparison.Ordinal);
        Assert.EndsWith("<p>... (more)</p>", bundle.Forms["text/html"], StringComparison.Ordinal);
    }

    [Fact]
    public void Format_ObjectThatHoldsItself_IsCutAtTheCycle()
    {
        var node = new Node();
        node.Next = node;
        var bundle = ValueFormatter.Format(node);
        Assert.Equal("Node { Name = \"node\", Next = (cycle) }", bundle.Text);
        Assert.Contains("(cycle)", bundle.Forms["text/html"], StringComparison.Ordinal);
    }

    [Fact]
    public void Format_AnyCultureOfTheThread_WritesTheInvariantOne()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = culture;
        try
        {
            Assert.Equal("[1.5]", ValueFormatter.Format(new[] { 1.5 }).Text);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Format_Records_MakeATableWithAColumnForEachMember()
    {
        var html = ValueFormatter.Format(new[] { new Point(1, 2), new Point(3, 4) }).Forms["text/html"];
        Assert.Equal(
            "<table><thead><tr><th></th><th>X</th><th>Y</th></tr></thead><tbody><tr><th>0</th><td>1</td><td>2</td></tr><tr><th>1</th><td>3</td><td>4</td></tr></tbody></table>",
            html);
    }

    [Fact]
    public void Format_Dictionary_MakesATableOfKeysAndEscapesWhatItHolds()
    {
        var html = ValueFormatter.Format(new Dictionary<string, string> { ["<a>"] = "x & <script>" }).Forms["text/html"];
        Assert.Contains("<th>&lt;a&gt;</th><td>x &amp; &lt;script&gt;</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Format_NestedObjects_FoldAwayInDetails() =>
        Assert.Contains("<details><summary>Point</summary><table>", ValueFormatter.Format(new Named("n", new Point(1, 2), [3])).Forms["text/html"], StringComparison.Ordinal);

    [Fact]
    public void Format_Scalar_HasNoTable() => Assert.Equal(["text/plain"], ValueFormatter.Format(5).Forms.Keys);

    [Fact]
    public void Format_SelfDescribingType_GivesAllItsForms()
    {
        var bundle = ValueFormatter.Format(new Chart("rise"));
        Assert.Equal(["application/vnd.plotly.v1+json", "image/svg+xml", "text/plain"], bundle.Forms.Keys);
        Assert.Equal("chart: rise", bundle.Text);
        Assert.Equal("""{"title":"rise"}""", bundle.ToJson()["application/vnd.plotly.v1+json"]!.ToJsonString());
    }

    [Fact]
    public void Format_FormatterThrows_FallsBackToTextAndSaysSo()
    {
        var bundle = ValueFormatter.Format(new BrokenChart());
        Assert.Equal(["text/plain"], bundle.Forms.Keys);
        Assert.StartsWith(
            """
            a broken chart
            The image/svg+xml formatter of BrokenChart threw InvalidOperationException: no pen
            The application/json formatter of BrokenChart threw ArgumentException: The form application/json is not JSON:
            """, bundle.Text, StringComparison.Ordinal);
    }

    [AttributeUsage(AttributeTargets.Class)]
    private sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
    {
        public Type FormatterSourceType { get; } = formatterSourceType;
    }

    private sealed class Form(string mimeType, Func<object, string> format)
    {
        public string MimeType { get; } = mimeType;

        public bool Format(object instance, TextWriter writer)
        {
            writer.Write(format(instance));
            return true;
        }
    }

    [TypeFormatterSource(typeof(ChartForms))]
    private sealed record Chart(string Title);

    private sealed class ChartForms
    {
        public IEnumerable<object> CreateTypeFormatters() =>
        [
            new Form("application/vnd.plotly.v1+json", chart => $$"""{"title":"{{((Chart)chart).Title}}"}"""),
            new Form("image/svg+xml", _ => "<svg/>"),
            new Form("text/plain", chart => $"chart: {((Chart)chart).Title}"),
        ];
    }

    [TypeFormatterSource(typeof(BrokenForms))]
    private sealed class BrokenChart
    {
        public override string ToString() => "a broken chart";
    }

    private sealed class BrokenForms
    {
        public IEnumerable<object> CreateTypeFormatters() =>
            [new Form("image/svg+xml", _ => throw new InvalidOperationException("no pen")), new Form("application/json", _ => "{")];
    }
}
