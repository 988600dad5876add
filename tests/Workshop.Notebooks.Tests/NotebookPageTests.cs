using System.Text.Json.Nodes;

namespace Workshop.Notebooks.Tests;

public sealed class NotebookPageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("page").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Render_Code_IsColouredByMeaningAcrossCells()
    {
        var html = NotebookPage.Render([Notebooks.Of(Notebooks.Code("record Point(int X);"), Notebooks.Code("var p = new Point(1); // \"<here>\""))]);
        Assert.Contains("<span class=\"t\">Point</span>(<span class=\"n\">1</span>); <span class=\"c\">// &quot;&lt;here&gt;&quot;</span>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_CellThatDoesNotCompile_LeavesTheCellsAfterItTheirColours()
    {
        var html = NotebookPage.Render([Notebooks.Of(Notebooks.Code("record Point(int X);"), Notebooks.Code("Pointt lost = 1;"), Notebooks.Code("var p = new Point(1);"))]);
        Assert.Contains("lost", html, StringComparison.Ordinal);
        Assert.Contains("<span class=\"t\">Point</span>(<span class=\"n\">1</span>);", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_TextOutputs_AreEscaped()
    {
        var html = NotebookPage.Render([WithOutputs(
            """{"output_type":"stream","name":"stdout","text":["<b>out</b>\n"]}""",
            """{"output_type":"stream","name":"stderr","text":"<b>err</b>"}""",
            """{"output_type":"error","ename":"E","evalue":"v","traceback":["<b>\u001b[31mbad\u001b[0m</b>"]}""",
            """{"output_type":"display_data","data":{"text/plain":["<b>value</b>"]},"metadata":{}}""")]);
        Assert.Contains("<pre class=\"output stdout\" tabindex=\"0\">&lt;b&gt;out&lt;/b&gt;</pre>", html, StringComparison.Ordinal);
        Assert.Contains("<pre class=\"output stderr\" tabindex=\"0\">&lt;b&gt;err&lt;/b&gt;</pre>", html, StringComparison.Ordinal);
        Assert.Contains("<pre class=\"output error\" tabindex=\"0\">&lt;b&gt;bad&lt;/b&gt;</pre>", html, StringComparison.Ordinal);
        Assert.Contains("<pre class=\"output value\" tabindex=\"0\">&lt;b&gt;value&lt;/b&gt;</pre>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_ProgressThatWritesOverItself_ShowsTheLast()
    {
        var html = NotebookPage.Render([WithOutputs("""{"output_type":"stream","name":"stdout","text":"10 %\r20 %\r100 %\r\ndone\r\n"}""")]);
        Assert.Contains(">100 %\ndone</pre>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"text/html":"<i>h</i>","image/svg+xml":"<svg/>","text/plain":"p"}""", "<i>h</i>")]
    [InlineData("""{"text/html":"<img src='https://example.org/x.png'>","text/plain":"p"}""", "p</pre>")]
    [InlineData("""{"text/html":"<p style='background:url(x.png)'>","text/plain":"p"}""", "p</pre>")]
    [InlineData("""{"text/html":"<iframe srcdoc='x'></iframe>","text/plain":"p"}""", "p</pre>")]
    [InlineData("""{"text/html":"<img src='data:image/png;base64,AA=='>","text/plain":"p"}""", "<img src='data:image/png;base64,AA=='>")]
    [InlineData("""{"image/jpeg":"AA==","text/plain":"p"}""", "src=\"data:image/jpeg;base64,AA==\"")]
    [InlineData("""{"text/html":"<script>x</script>","image/svg+xml":"<?xml version='1.0'?><svg/>","text/plain":"p"}""", "<svg/>")]
    [InlineData("""{"application/vnd.plotly.v1+json":{},"image/png":"AAAA\n","text/plain":"p"}""", "src=\"data:image/png;base64,AAAA\"")]
    public void Render_OutputOfManyForms_TakesTheRichestThatNeedsNoScript(string data, string expected)
    {
        var html = NotebookPage.Render([WithOutputs($$$"""{"output_type":"display_data","data":{{{data}}},"metadata":{}}""")]);
        Assert.Contains(expected, html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_NumbersWithAGap_AreTheContentsNumbersToo()
    {
        var html = NotebookPage.Render([
            Notebooks.In("/book", "03-a.ipynb", Notebooks.Prose("# 3. A")),
            Notebooks.In("/book", "04-b.ipynb", Notebooks.Prose("# 4. B")),
            Notebooks.In("/book", "07-c.ipynb", Notebooks.Prose("# 7. C"))]);
        Assert.Contains("<li style=\"counter-set: chapter 3\"><a href=\"#03-a\">A</a></li>", html, StringComparison.Ordinal);
        Assert.Contains("<li><a href=\"#04-b\">B</a></li>", html, StringComparison.Ordinal);
        Assert.Contains("<li style=\"counter-set: chapter 7\"><a href=\"#07-c\">C</a></li>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_SeveralNotebooks_LinksBetweenThemStayInThePage()
    {
        var html = NotebookPage.Render([
            Notebooks.In("/book", "01-start.ipynb", Notebooks.Prose("# 1. Start\n[next](02-more.ipynb) [deep](02-more.ipynb#The-End) [other](../x.ipynb)")),
            Notebooks.In("/book", "02-more.ipynb", Notebooks.Prose("# More\n## The End\n"))], "The Book");
        Assert.Contains("<li><a href=\"#01-start\">Start</a></li>", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"#02-more\">next</a> <a href=\"#02-more--the-end\">deep</a> <a href=\"../x.ipynb\">other</a>", html, StringComparison.Ordinal);
        Assert.Contains("<h2 id=\"02-more--the-end\">The End</h2>", html, StringComparison.Ordinal);
        Assert.Contains("<title>The Book</title>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Appendix_StandsBehindWithoutANumberAndLinksGoBothWays()
    {
        var task = Path.Combine(_folder, "tasks", "01-try", "README.md");
        Directory.CreateDirectory(Path.GetDirectoryName(task)!);
        File.WriteAllText(task, "# 01 Try it\n[the step](../../book/01-start.ipynb#The-End)\n");
        var html = NotebookPage.Render(
            [Notebooks.In(Path.Combine(_folder, "book"), "01-start.ipynb", Notebooks.Prose("# 1. Start\n[practise](../tasks/01-try/README.md)\n## The End\n"))],
            "The Book",
            [NotebookDocument.LoadMarkdown(task)]);
        Assert.Contains("<a href=\"#01-try\">practise</a>", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"#01-start--the-end\">the step</a>", html, StringComparison.Ordinal);
        Assert.Contains("</ol>\n<ul>\n<li><a href=\"#01-try\">01 Try it</a></li>\n</ul>", html, StringComparison.Ordinal);
        Assert.Contains("<article id=\"01-try\">", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_PageInAnotherFolder_LinksToFilesThatAreThereStartFromIt()
    {
        File.WriteAllText(Path.Combine(_folder, "more.md"), "more");
        var html = NotebookPage.Render(
            [Notebooks.In(Path.Combine(_folder, "book"), "a.ipynb", Notebooks.Prose("[there](../more.md) [missing](../less.md) [web](https://example.org/more.md)"))],
            pageFolder: Path.Combine(_folder, "out", "page"));
        Assert.Contains("<a href=\"../../more.md\">there</a> <a href=\"../less.md\">missing</a> <a href=\"https://example.org/more.md\">web</a>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, "PROD 1 0.023", "stdout list")]
    [InlineData(20, "a line that is too long for a column", "stdout")]
    [InlineData(5, "PROD 1 0.023", "stdout")]
    public void Render_ManyShortLines_StandInColumnsOnPaper(int lines, string line, string kind)
    {
        var text = string.Concat(Enumerable.Repeat(line + "\\n", lines));
        var html = NotebookPage.Render([WithOutputs($$"""{"output_type":"stream","name":"stdout","text":"{{text}}"}""")]);
        Assert.Contains($"<pre class=\"output {kind}\" tabindex", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_OnPaper_IsBlackOnWhiteWithAChapterToAPage()
    {
        var html = NotebookPage.Render([Notebooks.Of(Notebooks.Code("1"))]);
        var print = html[html.IndexOf("@media print", StringComparison.Ordinal)..];
        var dark = html[html.IndexOf("prefers-color-scheme: dark", StringComparison.Ordinal)..html.IndexOf("* { box-sizing", StringComparison.Ordinal)];
        foreach (var colour in dark.Split(';').Select(part => part.Trim().Split(':')[0]).Where(name => name.StartsWith("--", StringComparison.Ordinal)))
            Assert.Contains($"{colour}:", print, StringComparison.Ordinal);
        Assert.Contains("break-before: page", print, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_ImageFromTheNetwork_BecomesALink()
    {
        var html = NotebookPage.Render([Notebooks.Of(Notebooks.Prose("![a picture](https://example.org/p.png)"))]);
        Assert.Contains("<a href=\"https://example.org/p.png\">a picture</a>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<img src=\"attachment:a.png\" width=\"20\">\n", "<img src=\"data:image/png;base64,AA==\" width=\"20\">")]
    [InlineData("Words <img alt='x' src='attachment:a.png'/> around.", "<img alt='x' src='data:image/png;base64,AA=='/>")]
    [InlineData("<div>\n<img src=\"https://example.org/p.png\">\n</div>", "<a href=\"https://example.org/p.png\">https://example.org/p.png</a>")]
    [InlineData("`<img src=\"p.png\">`", "&lt;img src=&quot;p.png&quot;&gt;")]
    public void Render_PictureAsHtmlInTheProse_IsEmbeddedOrNamed(string prose, string expected)
    {
        var cell = Notebooks.Prose(prose);
        cell["attachments"] = JsonNode.Parse("""{"a.png":{"image/png":"AA=="}}""");
        Assert.Contains(expected, NotebookPage.Render([Notebooks.Of(cell)]), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_CodeInProse_IsColouredOrEscaped()
    {
        var html = NotebookPage.Render([Notebooks.Of(Notebooks.Prose("```csharp\nvar x = 1;\n```\n```text\n<x>\n```\n"))]);
        Assert.Contains("<pre class=\"snippet\"><code><span class=\"k\">var</span> x = <span class=\"n\">1</span>;</code></pre>", html, StringComparison.Ordinal);
        Assert.Contains("<pre class=\"snippet\"><code>&lt;x&gt;</code></pre>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_AnyPage_ReachesForNothingOutside()
    {
        var html = NotebookPage.Render([Notebooks.Of(Notebooks.Prose("# Title"), Notebooks.Code("1"))]);
        foreach (var outside in new[] { "<link", "<script", "@import", "url(", "src=\"http" })
            Assert.DoesNotContain(outside, html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_NoNotebook_Throws() => Assert.Throws<ArgumentException>(() => NotebookPage.Render([]));

    private static NotebookDocument WithOutputs(params IEnumerable<string> outputs)
    {
        var notebook = Notebooks.Of(Notebooks.Code("1"));
        notebook.Cells[0].SetOutputs(1, new JsonArray([.. outputs.Select(output => JsonNode.Parse(output))]));
        return notebook;
    }
}
