using System.Diagnostics;
using Workshop.Notebooks;

namespace Bench;

/// <summary>What a person waits for in a notebook, and what a long session costs.</summary>
internal static class NotebookBenchmarks
{
    private const string Trivial = "1 + 1";

    private static readonly ICellListener s_nobody = ICellListener.Calling(static _ => { });

    public static async Task PrintAsync()
    {
        var cold = new List<double>();
        for (var i = 0; i < 7; i++)
            cold.Add(await SideBySide.TimeAsync(FirstCellInAProcessOfItsOwnAsync));
        SideBySide.Print("a process from its start to the first cell's result, seconds", SideBySide.Median(cold) / 1_000_000, "under 1.0");

        var (first, _) = await ManyAsync(200, Trivial);
        SideBySide.Print("200 trivial cells in a row, the first ones of their process, seconds", first / 1_000_000, "under 2.5");

        await using (var session = new CSharpSession())
        {
            var warm = await SideBySide.AllAsync(() => RunAsync(session, Trivial), 100);
            SideBySide.Print("a warm trivial cell, milliseconds", SideBySide.Median(warm) / 1_000, "under 8");
        }
        var (again, _) = await ManyAsync(200, Trivial);
        SideBySide.Print("200 trivial cells in a row in a warm process, seconds", again / 1_000_000, "");

        var (thousand, sizes) = await ManyAsync(1_000, """var shown = display(new[] { 1, 2, 3 }); shown.Update("done");""");
        SideBySide.Print("1,000 cells with displays, seconds", thousand / 1_000_000, "");
        SideBySide.Print("managed memory after 100 of them, MB", sizes[0], "");
        SideBySide.Print("after 1,000", sizes[^1], "flat: code and variables stay, nothing else");
        SideBySide.Print("kB for each cell in between", (sizes[^1] - sizes[0]) / 900 * 1_024, "");
    }

    /// <summary>All that the process does whose time is taken.</summary>
    public static async Task RunFirstCellAsync()
    {
        await using var session = new CSharpSession();
        await session.RunAsync(Trivial, ICellListener.Calling(static e => Console.WriteLine((e as CellEvent.Returned)?.Data.Text)));
    }

    private static async Task FirstCellInAProcessOfItsOwnAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["--first-cell"]) { UseShellExecute = false, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        if (await process.StandardOutput.ReadLineAsync() != "2")
            throw new InvalidOperationException("The first cell gave no result.");
        await process.WaitForExitAsync();
    }

    private static async Task<(double Microseconds, List<double> Megabytes)> ManyAsync(int count, string code)
    {
        var sizes = new List<double>();
        var time = 0.0;
        await using var session = new CSharpSession();
        for (var i = 1; i <= count; i++)
        {
            time += await SideBySide.TimeAsync(() => RunAsync(session, code));
            if (i % 100 == 0 && count > 200)
                sizes.Add(GC.GetTotalMemory(forceFullCollection: true) / 1_048_576.0);
        }
        return (time, sizes);
    }

    private static async Task RunAsync(CSharpSession session, string code)
    {
        if (!(await session.RunAsync(code, s_nobody)).Succeeded)
            throw new InvalidOperationException("The cell failed.");
    }
}
