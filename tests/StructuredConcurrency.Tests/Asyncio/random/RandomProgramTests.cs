using System.Text.Json.Nodes;
using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests.Asyncio.Random;

/// <summary>Random programs do on the library what they do on asyncio. How they are made, and what is taken out: README.md beside this file.</summary>
public sealed class RandomProgramTests
{
    /// <summary>The recorded programs, or those of the file that the environment names: fresh ones need a Python to make them.</summary>
    private static IEnumerable<string> Programs => File.ReadLines(
        Environment.GetEnvironmentVariable("RANDOM_PROGRAMS") ?? Path.Combine(AppContext.BaseDirectory, "Asyncio", "random", "recorded.jsonl"));

    [Fact]
    public void Programs_OnTheLoop_DoWhatTheyDoOnAsyncio() => AssertSame(Programs, _ => null);

    [Fact]
    public void Programs_WhicheverReadyStepRunsFirst_DoWhatTheyDoOnAsyncio() => AssertSame(Programs, seed => new RandomPicker(seed));

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
}
