using Microsoft.Playwright;
using Workshop.Tests.Browser;

namespace Bench;

/// <summary>How long a page takes until it is seen, and until it is seen anew after a zoom.</summary>
internal static class PageInBrowser
{
    /// <returns>Milliseconds until the page is painted, and of the slowest zoom.</returns>
    public static async Task<(double Open, double Zoom)> MeasureAsync(string html)
    {
        var file = Path.ChangeExtension(Path.GetTempFileName(), ".html");
        await File.WriteAllTextAsync(file, html);
        try
        {
            using var playwright = await Playwright.CreateAsync();
            await using var browser = await Chromium.LaunchAsync(playwright);
            var page = await browser.NewPageAsync();
            await page.GotoAsync("about:blank");
            var opens = new List<double>();
            for (var i = 0; i < 3; i++)
            {
                await page.GotoAsync(new Uri(file).AbsoluteUri);
                opens.Add(await page.EvaluateAsync<double>("() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"));
            }

            var zoom = await page.EvaluateAsync<double>(
                """
                async () => {
                  let slowest = 0;
                  for (const does of [...Array(16).fill('in'), 'later', 'earlier', ...Array(16).fill('out')]) {
                    const start = performance.now();
                    document.querySelector(`button[data-does=${does}]`).click();
                    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
                    slowest = Math.max(slowest, performance.now() - start);
                  }
                  return slowest;
                }
                """);
            return (SideBySide.Median(opens), zoom);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
