namespace StructuredConcurrency.Timelines.Tests;

/// <summary>The page's own script: its types, and what it reckons. What it does in a browser, the tests of the pages see.</summary>
public class PageScriptTests
{
    [Fact]
    public async Task Script_ItsTypes_AreSound()
    {
        var (exitCode, output) = await NodeTestBed.RunAsync(["node_modules/typescript/bin/tsc", "-p", "."]);

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task Script_WhatItReckons_IsRight()
    {
        var (exitCode, output) = await NodeTestBed.RunAsync(["--test", "page.test.js"]);

        Assert.True(exitCode == 0, output);
        Assert.Contains("pass 10", output, StringComparison.Ordinal);
    }
}
