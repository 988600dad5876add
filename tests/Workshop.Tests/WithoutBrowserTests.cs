namespace Workshop.Tests;

/// <summary>Stands for the tests of the folder Browser where there is none to drive.</summary>
public sealed class WithoutBrowserTests
{
    [Fact]
    public void Pages_InABrowser_AreTested() =>
        JupyterTools.Missing("Chromium is not installed: no page and no notebook was opened in it. Install it, or name it in the variable CHROMIUM, and build again.");
}
