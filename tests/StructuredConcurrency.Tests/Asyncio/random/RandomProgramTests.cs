using System.Diagnostics;
using System.Text.Json.Nodes;
using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests.Asyncio.Random;

/// <summary>Random programs do on the library what they do on asyncio. How they are made, and what is taken out: README.md beside this file.</summary>
public sealed class RandomProgramTests
{
    private const int FreshPrograms = 300;

    private static string Here => Path.Combine(AppContext.BaseDirectory, "Asyncio", "random");

    [Fact]
    public void RecordedPrograms_OnTheLoop_DoWhatTheyDoOnAsyncio() =>
        AssertSame(File.ReadLines(Path.Combine(Here, "recorded.jsonl")), _ => null);

    [Fact]
    public void RecordedPrograms_WhicheverReadyStepRunsFirst_DoWhatTheyDoOnAsyncio() =>
        AssertSame(File.ReadLines(Path.Combine(Here, "recorded.jsonl")), seed => new RandomPicker(seed));

    [Fact]
    public async Task FreshPrograms_OnTheLoop_DoWhatTheyDoOnAsyncio()
    {
        var python = await PythonAsync();
        Assert.SkipWhen(python is null, "No Python 3.13 or newer here (earlier ones have no Queue.shutdown): the recorded programs stand in for fresh ones.");
        var first = int.TryParse(Environment.GetEnvironmentVariable("RANDOM_PROGRAMS_SEED"), out var seed) ? seed : Environment.TickCount & 0xFFFFFFF;
        var count = int.TryParse(Environment.GetEnvironmentVariable("RANDOM_PROGRAMS"), out var wished) ? wished : FreshPrograms;
        AssertSame(await LinesOfAsync(python, Path.Combine(Here, "programs.py"), $"{first}", $"{count}"), _ => null);
    }

    private static void AssertSame(IEnumerable<string> programs, Func<ulong, ISchedulePicker?> pickerOf)
    {
        var compared = 0;
        var different = new List<string>();
        foreach (var line in programs)
        {
            var program = JsonNode.Parse(line)!;
            var seed = program["seed"]!.GetValue<ulong>();
            var expected = RandomProgram.Recorded(program);
            var actual = RandomProgram.Run(program, pickerOf(seed));
            compared++;
            if (expected != actual)
                different.Add($"program {seed}\n{line}\n-- asyncio --\n{expected}\n-- here --\n{actual}\n");
        }

        Assert.NotEqual(0, compared);
        Assert.True(different.Count == 0, $"{different.Count} of {compared} programs differ from asyncio.\n{string.Join('\n', different.OrderBy(text => text.Length).Take(20))}");
    }

    private static async Task<string?> PythonAsync()
    {
        foreach (var name in new[] { "python3", "python3.14", "python3.13" })
        {
            try
            {
                if (await LinesOfAsync(name, "-c", "import sys; print(sys.version_info >= (3, 13))") is ["True"])
                    return name;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // No such command.
            }
        }

        return null;
    }

    private static async Task<string[]> LinesOfAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [await errors];
    }
}
