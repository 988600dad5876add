using Microsoft.Playwright;

namespace Workshop.Tests.Browser;

/// <summary>The machine's own Chromium, without a window.</summary>
internal static class Chromium
{
    private static readonly string? s_executable = new[] { Environment.GetEnvironmentVariable("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = s_executable ?? throw new InvalidOperationException("Chromium was there when this was built and is not there now: build again, or name it in the variable CHROMIUM."),
    });
}
