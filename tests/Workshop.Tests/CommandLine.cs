using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Workshop.Tests;

/// <summary>The built program, started as a user starts it: its own process, no terminal.</summary>
public sealed record CommandLine(int ExitCode, string Out, string Error)
{
    /// <summary>The repository that the tests belong to.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The printed lines.</summary>
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Task<CommandLine> RunAsync(params string[] arguments) => RunInAsync(Repository, arguments);

    public static async Task<CommandLine> RunInAsync(string folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        return await EndAsync(process);
    }

    /// <summary>Runs the program with some variables of its environment set; an empty value is one that is not there.</summary>
    public static async Task<CommandLine> RunWithAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = Start(Repository, [Program, .. arguments], "dotnet", environment);
        return await EndAsync(process);
    }

    /// <summary>Runs a copy of the program that lies elsewhere.</summary>
    public static async Task<CommandLine> RunProgramAsync(string program, string folder, params string[] arguments)
    {
        using var process = Start(folder, [program, .. arguments], "dotnet");
        return await EndAsync(process);
    }

    /// <summary>Starts the program, presses Ctrl+C when it has printed a line that contains a text, and waits for its end.</summary>
    public static async Task<CommandLine> InterruptAsync(string after, params string[] arguments)
    {
        using var process = Start(Repository, arguments);
        var printed = "";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            printed += line + "\n";
            if (line.Contains(after, StringComparison.Ordinal))
                break;
        }

        Assert.Equal(0, Kill(process.Id, 2));
        var rest = await EndAsync(process);
        return rest with { Out = printed + rest.Out };
    }

    /// <summary>Starts the program with its output going to a file, as only a shell can.</summary>
    public static async Task<CommandLine> RunOntoAsync(string file, params string[] arguments)
    {
        using var process = Start(Repository, ["-c", "exec dotnet \"$@\" > \"$0\"", file, Program, .. arguments], "sh");
        return await EndAsync(process);
    }

    /// <summary>Starts the program with somebody at its keyboard.</summary>
    public static Conversation Talk(string folder, params string[] arguments) => new(Start(folder, [Program, .. arguments], "dotnet", closeInput: false));

    private static string Program => Path.Combine(AppContext.BaseDirectory, "workshop.dll");

    private static Process Start(string folder, string[] arguments) => Start(folder, [Program, .. arguments], "dotnet");

    private static Process Start(string folder, string[] arguments, string program, IReadOnlyDictionary<string, string>? environment = null, bool closeInput = true)
    {
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value.Length == 0 ? null : value;
        var process = Process.Start(start)!;
        if (closeInput)
            process.StandardInput.Close();
        return process;
    }

    private static async Task<CommandLine> EndAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandLine(process.ExitCode, await output, await error);
    }

    private static string FindRepository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Workshop.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the repository.");
        return folder;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
