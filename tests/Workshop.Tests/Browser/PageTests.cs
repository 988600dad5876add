using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Workshop.Tests.Browser;

/// <summary>What people meet who open a timeline's page in a browser.</summary>
public sealed partial class PageTests(DrawnPages pages) : IClassFixture<DrawnPages>
{
    public static TheoryData<string> Pages => [.. DrawnPages.All];

    public static MatrixTheoryData<string, int> PagesAndWidths => new(DrawnPages.All, [800, 1600]);

    public static MatrixTheoryData<string, ColorScheme> PagesAndSchemes => new(DrawnPages.All, [ColorScheme.Light, ColorScheme.Dark]);

    [Theory]
    [MemberData(nameof(PagesAndSchemes))]
    public async Task Page_AnyStory_HasNothingThatAxeObjectsTo(string name, ColorScheme scheme)
    {
        var page = await pages.OpenAsync(name, scheme: scheme);
        if (name != "large.html") // its table has 5,000 rows, built as all others are
            await OpenEverythingAsync(page);

        await AssertAccessibleAsync(page);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Page_WithPlotly_HasNothingThatAxeObjectsTo(ColorScheme scheme)
    {
        var page = await pages.OpenAsync("03-timeout.html", scheme: scheme, withPlotly: true);

        await AssertAccessibleAsync(page);
    }

    [Theory]
    [MemberData(nameof(PagesAndWidths))]
    public async Task Page_AnyStory_SetsNoTwoTextsOverOneAnother(string name, int width)
    {
        var page = await pages.OpenAsync(name, width);

        var overlaps = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('svg.tl')].flatMap(svg => {
              const texts = [...svg.querySelectorAll('text')].map(e => ({ text: e.textContent, box: e.getBoundingClientRect() })).filter(t => t.box.width > 0);
              const frame = svg.getBoundingClientRect();
              const wrong = texts.filter(t => t.box.left < frame.left - 1 || t.box.right > frame.right + 1 || t.box.bottom > frame.bottom + 1).map(t => t.text + ' leaves the frame');
              texts.forEach((a, i) => texts.slice(i + 1).forEach(b => {
                // A box has room above and below its letters: what counts is the middle of it.
                const slack = (a.box.height + b.box.height) / 2 * 0.28;
                if (a.box.left < b.box.right - 0.5 && b.box.left < a.box.right - 0.5 && a.box.top + slack < b.box.bottom && b.box.top + slack < a.box.bottom)
                  wrong.push(`«${a.text}» over «${b.text}»`);
              }));
              return wrong;
            })
            """);

        Assert.Empty(overlaps);
    }

    [Theory]
    [InlineData("04-failure.html", false)]
    [InlineData("03-timeout.html", false)]
    [InlineData("03-timeout.html", true)]
    [InlineData("many-lanes.html", false)]
    [InlineData("12-compare-schedules.html", false)]
    public async Task Keyboard_ArrowKeys_ReachEveryLaneAndEvent(string name, bool withPlotly)
    {
        var page = await pages.OpenAsync(name, withPlotly: withPlotly);
        var all = await page.EvaluateAsync<int[]>("page.data.lanes.map(lane => lane.spans[1] + lane.points[1])");
        await FocusDrawingAsync(page);

        for (var lane = 0; lane < all.Length; lane++)
        {
            var said = await SaidAsync(page);
            Assert.StartsWith($"Lane {lane + 1} of {all.Length}. ", said, StringComparison.Ordinal);
            for (var stop = 1; stop <= all[lane]; stop++)
            {
                await page.Keyboard.PressAsync("ArrowRight");
                Assert.Contains($", {stop} of {all[lane]}: ", await SaidAsync(page), StringComparison.Ordinal);
                if (!withPlotly)
                    Assert.True(await page.Locator(".tl-focus").CountAsync() == 1);
            }

            await page.Keyboard.PressAsync("ArrowRight"); // the last one stays
            Assert.Contains(all[lane] == 0 ? $"Lane {lane + 1} " : $", {all[lane]} of {all[lane]}: ", await SaidAsync(page), StringComparison.Ordinal);
            await page.Keyboard.PressAsync("ArrowDown");
        }
    }

    [Fact]
    public async Task Keyboard_InALargeLog_BringsWhatItIsOnIntoView()
    {
        var page = await pages.OpenAsync("large.html");
        await FocusDrawingAsync(page);

        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("End");

        Assert.Contains(" of ", await SaidAsync(page), StringComparison.Ordinal);
        var (focus, drawing) = (await BoxAsync(page, ".tl-focus"), await BoxAsync(page, "svg.tl"));
        Assert.InRange(focus.X, drawing.X, drawing.X + drawing.Width);
        Assert.True(focus.Width > 6);
    }

    [Fact]
    public async Task LargeLog_AnyZoom_DrawsAtMost1500Bars()
    {
        var page = await pages.OpenAsync("large.html");
        Assert.True(await page.Locator(".tl-body .tl-many").CountAsync() > 0);
        Assert.True(await page.Locator(".overview").IsVisibleAsync());

        for (var zoom = 0; zoom < 14; zoom++)
        {
            Assert.InRange(await page.Locator(".tl-body rect").CountAsync(), 5, 1600); // with scopes, frames and grounds
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Zoom in" }).ClickAsync();
        }

        Assert.Equal(0, await page.Locator(".tl-body .tl-many").CountAsync());
        Assert.True(await page.Locator(".tl-body .tl-on-bar").CountAsync() > 0);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Whole run" }).ClickAsync();
        Assert.Contains("0.000–300.", await page.Locator(".view").TextContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LargeLog_WithoutScript_IsDrawnAndSaysWhatIsLeftOut()
    {
        var page = await pages.OpenAsync("large.html");
        var html = await page.EvaluateAsync<string>("fetch(location.href).then(r => r.text(), () => '')");
        await page.SetContentAsync(Scripts().Replace(html.Length > 0 ? html : await File.ReadAllTextAsync(new Uri(page.Url).LocalPath), ""));

        Assert.Contains("left out for want of room", await page.Locator("svg.tl").TextContentAsync(), StringComparison.Ordinal);
        Assert.False(await page.Locator(".controls").IsVisibleAsync());
        Assert.True(await page.Locator("svg.tl rect").CountAsync() > 5);
    }

    [Fact]
    public async Task HostileNames_InDrawingTableAndWhatIsSaid_StayText()
    {
        var page = await pages.OpenAsync("hostile.html");
        await OpenEverythingAsync(page);
        await FocusDrawingAsync(page);
        var lanes = await page.EvaluateAsync<int>("page.data.lanes.length");
        var said = "";
        for (var lane = 0; lane < lanes; lane++)
        {
            for (var stop = 0; stop < 9; stop++)
            {
                said += await SaidAsync(page);
                await page.Keyboard.PressAsync("ArrowRight");
            }

            await page.Keyboard.PressAsync("ArrowDown");
        }

        Assert.Contains("</script>", said, StringComparison.Ordinal);
        Assert.Contains("مرحبا", said, StringComparison.Ordinal);
        Assert.Null(await page.EvaluateAsync<object?>("window.hacked ?? null"));
        Assert.Equal(0, await page.Locator("img").CountAsync());
        Assert.Equal(await page.EvaluateAsync<int>("document.documentElement.clientWidth"), await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_Narrow_ScrollsOnlyWhatIsWide(string name)
    {
        var page = await pages.OpenAsync(name, width: 400);

        Assert.Equal(400, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    private static async Task AssertAccessibleAsync(IPage page)
    {
        var result = await page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.SelectMany(v => v.Nodes.Take(3).Select(n => $"{v.Id}: {v.Help}: {n.Html[..Math.Min(n.Html.Length, 200)]}"))));
    }

    private static async Task OpenEverythingAsync(IPage page) => await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => { d.open = true; })");

    private static async Task FocusDrawingAsync(IPage page)
    {
        for (var i = 0; i < 20 && !await page.EvaluateAsync<bool>("document.activeElement.classList.contains('stage')"); i++)
            await page.Keyboard.PressAsync("Tab");
    }

    private static async Task<string> SaidAsync(IPage page) => (await page.Locator(".live").TextContentAsync())!;

    private static async Task<LocatorBoundingBoxResult> BoxAsync(IPage page, string selector) => (await page.Locator(selector).BoundingBoxAsync())!;

    [GeneratedRegex("<script.*?</script>", RegexOptions.Singleline)]
    private static partial Regex Scripts();
}
