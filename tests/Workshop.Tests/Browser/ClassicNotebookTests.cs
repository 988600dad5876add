using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Workshop.Tests.Browser;

/// <summary>What a learner sees who opens a notebook in Jupyter and presses its buttons: the classic notebook in a browser without a window.</summary>
public sealed class ClassicNotebookTests
{
    private const float Patience = 60_000; // milliseconds; a guard, not a proof

    [Fact]
    public async Task Notebook_InABrowser_RunsStopsKeepsVariablesAndDrawsTheTimeline()
    {
        await JupyterTools.RequireAsync("notebook.notebookapp");
        using var folder = new TemporaryFolder();
        var environment = await JupyterTools.InstallKernelAsync(folder);
        var cells = Cells();
        var notebooks = Directory.CreateDirectory(Path.Combine(folder.Path, "notebooks")).FullName;
        await File.WriteAllTextAsync(Path.Combine(notebooks, "try.ipynb"), Notebook(cells));

        using var server = JupyterTools.Start(
            ["-m", "notebook", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--NotebookApp.token=", $"--notebook-dir={notebooks}"], environment);
        try
        {
            var address = await AddressAsync(server);
            using var playwright = await Playwright.CreateAsync();
            await using var browser = await Chromium.LaunchAsync(playwright);
            var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1200, Height = 1000 } });
            page.SetDefaultTimeout(Patience);
            SetDefaultExpectTimeout(Patience);
            await page.GotoAsync($"{address}notebooks/try.ipynb", new PageGotoOptions { WaitUntil = WaitUntilState.DOMContentLoaded });
            await UseAsync(page, cells);
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
        }
    }

    private static async Task UseAsync(IPage page, List<string> cells)
    {
        var run = page.Locator("button[data-jupyter-action='jupyter-notebook:run-cell-and-select-next']");
        var stop = page.Locator("button[data-jupyter-action='jupyter-notebook:interrupt-kernel']");
        var idle = page.Locator("#kernel_indicator_icon.kernel_idle_icon");
        var busy = page.Locator("#kernel_indicator_icon.kernel_busy_icon");
        ILocator Cell(int index) => page.Locator("#notebook-container > .cell").Nth(index);

        await Expect(page.Locator(".kernel_indicator_name")).ToHaveTextAsync(".NET (C#)");
        await Expect(idle).ToBeVisibleAsync();
        await Cell(0).ClickAsync();
        await run.ClickAsync();
        await Expect(Cell(0).Locator(".output_stdout")).ToHaveTextAsync("ready");

        await run.ClickAsync();
        await Expect(Cell(1).Locator(".output_stdout")).ToHaveTextAsync("begun");
        await Expect(busy).ToBeVisibleAsync();
        await stop.ClickAsync();
        await Expect(Cell(1).Locator(".output_error")).ToContainTextAsync("cell 2 was stopped");
        await Expect(idle).ToBeVisibleAsync();

        await run.ClickAsync();
        await Expect(Cell(2).Locator(".output_result")).ToHaveTextAsync("42");

        for (var i = 3; i < cells.Count; i++)
            await run.ClickAsync();
        var timeline = Cell(cells.Count - 1).Locator(".output_svg svg");
        await Expect(timeline).ToBeVisibleAsync();
        await Expect(timeline).ToContainTextAsync("PROD");
        var place = await timeline.BoundingBoxAsync();
        Assert.True(place is { Width: > 400, Height: > 100 }, $"{place?.Width} x {place?.Height}");
        var column = await Cell(cells.Count - 1).Locator(".output_svg").First.BoundingBoxAsync();
        Assert.True(place!.X + place.Width <= column!.X + column.Width + 0.5, $"the drawing is {place.Width} wide, its column {column.Width}");
        Assert.InRange(place.Height / place.Width, 0.3, 0.7); // nothing around it stretches it

        // For people, to look at.
        await timeline.ScrollIntoViewIfNeededAsync();
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(AppContext.BaseDirectory, "classic-notebook.png") });
    }

    /// <summary>Three cells about Stop, then those of the lesson up to its first timeline.</summary>
    private static List<string> Cells()
    {
        var lesson = JsonNode.Parse(File.ReadAllText(Path.Combine(CommandLine.Repository, "notebooks", "03-task-group.ipynb")))!["cells"]!.AsArray()
            .Where(cell => (string?)cell!["cell_type"] == "code")
            .Select(cell => string.Concat(cell!["source"]!.AsArray().Select(line => (string?)line)))
            .ToList();
        var drawn = lesson.FindIndex(cell => cell.Contains("Timeline.From", StringComparison.Ordinal));
        return
        [
            "var kept = 42; Console.WriteLine(\"ready\");",
            "Console.WriteLine(\"begun\"); while (true) { }",
            "kept",
            .. lesson[..(drawn + 1)].Select(cell => cell.Replace("../artifacts/", $"{CommandLine.Repository}/artifacts/", StringComparison.Ordinal)),
        ];
    }

    private static string Notebook(IEnumerable<string> cells) => new JsonObject
    {
        ["cells"] = new JsonArray([.. cells.Select(cell => (JsonNode)new JsonObject
        {
            ["cell_type"] = "code", ["execution_count"] = null, ["metadata"] = new JsonObject(), ["outputs"] = new JsonArray(), ["source"] = cell,
        })]),
        ["metadata"] = new JsonObject { ["kernelspec"] = new JsonObject { ["name"] = ".net-csharp", ["display_name"] = ".NET (C#)", ["language"] = "C#" } },
        ["nbformat"] = 4,
        ["nbformat_minor"] = 4,
    }.ToJsonString();

    /// <summary>The server names its address once it listens: it takes another port where the usual one is taken.</summary>
    private static async Task<string> AddressAsync(Process server)
    {
        var said = "";
        while (await server.StandardError.ReadLineAsync() is { } line)
        {
            said += line + "\n";
            var start = line.IndexOf("http://127.0.0.1:", StringComparison.Ordinal);
            if (start < 0)
                continue;
            _ = server.StandardError.ReadToEndAsync(); // or it stops when nobody reads on
            return line[start..].Split('?')[0].Trim();
        }
        throw new InvalidOperationException(said);
    }
}
