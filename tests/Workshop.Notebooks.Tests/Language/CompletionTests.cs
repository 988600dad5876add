namespace Workshop.Notebooks.Tests;

/// <summary>What the compiler's own knowledge offers at the caret, written <c>|</c>.</summary>
public sealed class CompletionTests : IAsyncDisposable
{
    private readonly RecordedCells _cells = new();

    public ValueTask DisposeAsync() => _cells.DisposeAsync();

    [Fact]
    public async Task Complete_AndInspect_AnywhereInACellHalfWritten_NeverFail()
    {
        await DeclareAsync();
        const string Code = """
            #r "x.dll" // 😀 é
            using System.Globalization; global::System.Console.Write($"{words?[^1]?.Length,3:x} {{ {"a" + 'b'} }}");
            /* text */ /// <summary>doc</summary>
            record struct P<T>(T X = default!) where T : class { public static P<T> operator +(P<T> a, P<T> b) => a with { X = b.X }; }
            var (a, _) = (1, 2); var q = from w in words where w is { Length: > 2 and not 7 } orderby w select new { w };
            await foreach (var i in Numbers()) { goto end; } end: ;
            async IAsyncEnumerable<int> Numbers() { yield return await Task.FromResult(a switch { 1 => 2, _ => throw new Exception() }); }
            unsafe { int* p = &a; p->ToString(); } a?.ToString()?.Where(c => c == '\'').ToList()[..^2]; nameof(words); @class: ; x?
            var s = @"never closed #if false
            """;
        for (var i = 0; i <= Code.Length; i += 7)
        {
            foreach (var written in new[] { Code, Code[..i] })
            {
                var found = _cells.Session.Complete(written, i);
                Assert.InRange(found.Start, 0, found.End);
                Assert.InRange(found.End, found.Start, written.Length);
                _cells.Session.Inspect(written, i);
            }
        }
    }

    [Theory]
    [InlineData("Console.WriteL|", "WriteLine")]
    [InlineData("Console.writel|", "WriteLine")]
    [InlineData("words.Ad|", "Add AddRange")]
    [InlineData("words.Whe|", "Where")]
    [InlineData("words[0].ToU|", "ToUpper ToUpperInvariant")]
    [InlineData("maybe?.Ye|", "Year")]
    [InlineData("System.Threading.Chann|", "Channels")]
    [InlineData("using System.Globali|", "Globalization")]
    [InlineData("new Point { X|", "X")]
    [InlineData("wor|", "words")]
    [InlineData("Twi|", "Twice")]
    [InlineData("displa|", "display")]
    [InlineData("Cell.Canc|", "CancellationToken")]
    [InlineData("wh|", "while")]
    [InlineData("DayOfWeek.Mon|", "Monday")]
    [InlineData("\"text\".Leng|", "Length")]
    [InlineData("$\"{words.Coun|}\"", "Count CountBy")]
    [InlineData("using var s = new MemoryStream(); s.Positi|", "Position")]
    [InlineData("foreach (var w in words) { w.Leng| }", "Length")]
    [InlineData("words.Select(w => w.Leng|)", "Length")]
    [InlineData("Math.Clamp(valu|", "value:")]
    [InlineData("words.|\nint n = 0;", "Add")]
    [InlineData("int local = 1; loca|", "local")]
    public async Task Complete_AtTheCaret_OffersWhatIsThere(string code, string expected)
    {
        await DeclareAsync();
        var offered = Complete(code).Items.Select(item => item.Text).ToList();
        foreach (var item in expected.Split(' '))
            Assert.Contains(item, offered);
    }

    [Theory]
    [InlineData("words.|", "Where", true)] // an extension method
    [InlineData("words.|", "Equals", true)]
    [InlineData("words.|", "get_Count", false)]
    [InlineData("words.|", ".ctor", false)]
    [InlineData("Console.|", "Equals", true)] // static, of object
    [InlineData("Console.|", "ToString", false)]
    [InlineData("words.|", "ReferenceEquals", false)]
    [InlineData("|", "CellCheckpoint", false)]
    public async Task Complete_Members_AreThoseThatCanBeNamedThere(string code, string member, bool isOffered)
    {
        await DeclareAsync();
        Assert.Equal(isOffered, Complete(code).Items.Any(item => item.Text == member));
    }

    [Theory]
    [InlineData("// words.|")]
    [InlineData("/* words.| */")]
    [InlineData("\"words.|\"")]
    [InlineData("\"words.|")]
    [InlineData("'w|'")]
    [InlineData("12.3|")]
    [InlineData("nothing.|")]
    public async Task Complete_WhereNoNameCanStand_OffersNothing(string code)
    {
        await DeclareAsync();
        Assert.Empty(Complete(code).Items);
    }

    [Fact]
    public async Task Complete_OverAnEarlierCell_KnowsWhatItDeclaredAndTheOldestItemIsReplaced()
    {
        await DeclareAsync();
        var found = Complete("var x = words.Cou| + 1;");
        Assert.Equal((14, 17), (found.Start, found.End));
        Assert.Equal(("Count", "property"), (found.Items[0].Text, found.Items[0].Kind));
        await _cells.ResultAsync("var words = 5.0;");
        Assert.DoesNotContain(Complete("words.Cou|").Items, item => item.Text == "Count");
    }

    [Fact]
    public async Task Complete_CodeThatNamesNothingYet_RunsNothingAndChangesNothing()
    {
        await DeclareAsync();
        Complete("words.Clear(); var other = 1; oth|");
        Assert.Equal("1", await _cells.ResultAsync("words.Count"));
        Assert.Equal("CompileError", (await _cells.FailAsync("other")).Name);
    }

    [Theory]
    [InlineData("wor|ds", "List<string> words")]
    [InlineData("Twice(|", "int Twice(int n)")]
    [InlineData("new Po|int()", "Point")]
    [InlineData("words.Add|(\"x\")", "void List<string>.Add(string item)\n\nAdds an object to the end of the")]
    [InlineData("string.Join|", "string string.Join(")]
    [InlineData("Console.WriteLine(|", "void Console.WriteLine(")]
    [InlineData("words.Wher|e(w => true)", "Filters a sequence of values based on a predicate.")]
    [InlineData("Task.Delay|(5)", "Parameters:\n  ")]
    [InlineData("var to|tal = words.Count;", "int total")]
    [InlineData("Descri|bed()", "Says it all.\n\nReturns: A number.")]
    public async Task Inspect_AtTheCaret_TellsSignatureAndDocumentation(string code, string expected)
    {
        await DeclareAsync();
        var position = code.IndexOf('|', StringComparison.Ordinal);
        var text = _cells.Session.Inspect(code.Remove(position, 1), position);
        Assert.NotNull(text);
        Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 + 1", CellCompleteness.Complete)]
    [InlineData("using var s = Open();", CellCompleteness.Complete)]
    [InlineData("", CellCompleteness.Complete)]
    [InlineData("class A { void M() {", CellCompleteness.Incomplete)]
    [InlineData("var s = \"\"\"\ntext", CellCompleteness.Incomplete)]
    [InlineData("Console.WriteLine(", CellCompleteness.Incomplete)]
    [InlineData("for (var i = 0; i < 3; i++)", CellCompleteness.Incomplete)]
    [InlineData("/* comment", CellCompleteness.Incomplete)]
    [InlineData("int 7x = ;", CellCompleteness.Invalid)]
    [InlineData("}", CellCompleteness.Invalid)]
    public void IsComplete_AsTheParserSeesIt(string code, CellCompleteness expected) => Assert.Equal(expected, CSharpSession.IsComplete(code));

    private async Task DeclareAsync() => await _cells.ResultAsync("""
        var words = new List<string> { "one" };
        DateTime? maybe = null;
        record struct Point(int X, int Y);
        int Twice(int n) => 2 * n;
        /// <summary>Says it <c>all</c>.</summary>
        /// <returns>A number.</returns>
        int Described() => 1;
        """);

    private CompletionList Complete(string code)
    {
        var position = code.IndexOf('|', StringComparison.Ordinal);
        return _cells.Session.Complete(code.Remove(position, 1), position);
    }
}
