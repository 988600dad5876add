using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using StructuredConcurrency;
using StructuredConcurrency.Timelines;

namespace Workshop.Lesson;

/// <summary>Practice from a notebook: <c>Practice.Check("03")</c> in a cell says how the answer to an exercise stands, with a picture. Works on any C# engine.</summary>
public static class Practice
{
    internal const string Command = "dotnet run --project src/Workshop --";

    private const int BadInput = 2;

    /// <summary>Judges the file that the learner edits below <c>exercises</c>, in processes of their own: whatever it does, the notebook lives on.</summary>
    /// <remarks><b>Pitfall.</b> It judges the file as it is saved on the disk: not what a cell defines, and not what an editor has yet to save.</remarks>
    /// <param name="exercise">Number or name of the exercise: <c>03</c>, <c>join-the-queue</c>.</param>
    /// <param name="token">Ends it; in our own kernel a cell's is <c>Cell.CancellationToken</c>.</param>
    /// <returns>What came of it; as the last line of a cell it shows itself.</returns>
    /// <exception cref="ArgumentException">There is no such exercise, or no such file.</exception>
    /// <exception cref="InvalidOperationException">The kit is not built, or the checks themselves failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="token"/> was cancelled.</exception>
    public static PracticeResult Check(string exercise, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(exercise);
        token.ThrowIfCancellationRequested();
        var home = Above(Path.GetDirectoryName(typeof(Practice).Assembly.Location));
        var root = Above(Environment.CurrentDirectory) ?? home
            ?? throw new InvalidOperationException($"{Environment.CurrentDirectory}: neither this folder nor one above it is the workshop's; open the notebook inside the kit.");
        var program = Running() ?? Newest(root) ?? (home is null ? null : Newest(home))
            ?? throw new InvalidOperationException($"The workshop's program is not built yet. Run this in a terminal, then the cell again: dotnet build {root}");

        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            WorkingDirectory = root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            ArgumentList = { "exec", program, "check", "--json", "--", exercise },
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The workshop's program could not be started.");
        using var kill = token.Register(() => Kill(process));
        process.StandardInput.Close();
        var trouble = new StringBuilder();
        process.ErrorDataReceived += (_, line) => trouble.AppendLine(line.Data);
        process.BeginErrorReadLine();
        var json = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        token.ThrowIfCancellationRequested();
        if (process.ExitCode == BadInput)
            throw new ArgumentException(trouble.ToString().Trim(), nameof(exercise));
        if (json.Length == 0)
            throw new InvalidOperationException($"The workshop's program failed: {trouble.ToString().Trim()}");

        using var document = JsonDocument.Parse(json);
        return new PracticeResult(document.RootElement, TimelineOf(document.RootElement, root));
    }

    private static Timeline? TimelineOf(JsonElement report, string root)
    {
        var log = Path.Combine(root, "artifacts", "check", $"{report.GetProperty("exercise").GetString()}.jsonl");
        return report.TryGetProperty("failing", out _) && File.Exists(log) ? Timeline.From(EventLog.Load(log)) : null;
    }

    private static string? Above(string? folder)
    {
        while (!string.IsNullOrEmpty(folder) && !File.Exists(Path.Combine(folder, "Workshop.slnx")))
            folder = Path.GetDirectoryName(folder);
        return string.IsNullOrEmpty(folder) ? null : folder;
    }

    /// <summary>Where the notebook's engine is the workshop's program itself, it is the one to ask.</summary>
    private static string? Running() => Assembly.GetEntryAssembly() is { Location: { Length: > 0 } location } entry && entry.GetName().Name == "workshop" ? location : null;

    private static string? Newest(string root)
    {
        var builds = new DirectoryInfo(Path.Combine(root, "artifacts", "bin", "Workshop"));
        return builds.Exists ? builds.GetFiles("workshop.dll", SearchOption.AllDirectories).OrderByDescending(file => file.LastWriteTimeUtc).FirstOrDefault()?.FullName : null;
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // it has ended by itself
        }
    }
}
