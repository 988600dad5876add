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

        await PrintMemoryAsync("cells with displays", """display(new[] { 1, 2, 3 }).Update("done");""", "flat");
        await PrintMemoryAsync("cells that declare a variable", """var shown = display(new[] { 1, 2, 3 });""", "what is declared stays");
    }

    private static async Task PrintMemoryAsync(string cells, string code, string bar)
    {
        var (time, sizes) = await ManyAsync(1_000, code);
        SideBySide.Print($"1,000 {cells}, seconds", time / 1_000_000, "");
        SideBySide.Print("managed memory after 100 of them, MB", sizes[0].Managed, "");
        SideBySide.Print("after 1,000, MB", sizes[^1].Managed, bar);
        SideBySide.Print("kB of all memory for each cell in between: code that is loaded stays", (sizes[^1].All - sizes[0].All) / 900 * 1_024, "");
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
        start.Environment["DOTNET_TieredPGO"] = "0"; // as the command line is built
        using var process = Process.Start(start)!;
        if (await process.StandardOutput.ReadLineAsync() != "2")
            throw new InvalidOperationException("The first cell gave no result.");
        await process.WaitForExitAsync();
    }

    private static async Task<(double Microseconds, List<(double Managed, double All)> Megabytes)> ManyAsync(int count, string code)
    {
        var sizes = new List<(double Managed, double All)>();
        var time = 0.0;
        await using var session = new CSharpSession();
        for (var i = 1; i <= count; i++)
        {
            time += await SideBySide.TimeAsync(() => RunAsync(session, code));
            if (i % 100 == 0 && count > 200)
                sizes.Add((GC.GetTotalMemory(forceFullCollection: true) / 1_048_576.0, Environment.WorkingSet / 1_048_576.0));
        }
        return (time, sizes);
    }

    private static async Task RunAsync(CSharpSession session, string code)
    {
        if (!(await session.RunAsync(code, s_nobody)).Succeeded)
            throw new InvalidOperationException("The cell failed.");
    }
}
