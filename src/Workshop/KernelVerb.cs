using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Workshop.Notebooks;

namespace Workshop;

/// <summary><c>workshop kernel</c>: the C# kernel for Jupyter, VS Code and all that speak to Jupyter kernels.</summary>
internal static class KernelVerb
{
    private static readonly JsonSerializerOptions s_jsonOptions = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>How a front end starts the kernel, up to the name of the connection file; every path is absolute.</summary>
    public static IReadOnlyList<string> Program { get; } =
    [
        Path.Combine(KernelSpecs.DotnetRoot, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"),
        "exec", // Without it a program that is gone is taken for a command that was misspelt, in five lines instead of one.
        // The build's output and no copy: a kernel that knows another lesson than the one beside it would be worse than none.
        Path.Combine(AppContext.BaseDirectory, "workshop.dll"),
        "kernel",
        "start",
    ];

    private const string Advice = "In the repository's folder: dotnet run --project src/Workshop -- kernel install";

    public static Command Create()
    {
        var install = new Command("install", "Register the kernel for this user, where VS Code and Jupyter find it.");
        install.SetAction(_ => Install());

        var uninstall = new Command("uninstall", "Take that away again; other kernels are left alone.");
        uninstall.SetAction(_ => Uninstall());

        var file = new Argument<string>("FILE") { Description = "The connection file that Jupyter wrote" };
        var start = new Command("start", "Serve one front end; Jupyter calls this.") { file };
        start.SetAction((parsed, _) => StartAsync(parsed.GetRequiredValue(file)));

        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of the lines" };
        var list = new Command("list", "Show the kernels that front ends find, and what is wrong with them.") { json };
        list.SetAction(parsed => List(parsed.GetValue(json)));

        return new Command("kernel", "The C# kernel for notebooks in VS Code and Jupyter.") { install, uninstall, start, list };
    }

    private static int Install()
    {
        var spec = KernelSpecs.Install(Program);
        Console.WriteLine($"{spec.DisplayName} is installed as {spec.Name} in {spec.Folder}");
        return 0;
    }

    private static int Uninstall()
    {
        var removed = KernelSpecs.Uninstall();
        foreach (var spec in removed)
            Console.WriteLine($"removed {spec.Name} from {spec.Folder}");
        if (removed.Count == 0)
            Console.WriteLine("There was nothing of ours to remove.");
        return 0;
    }

    private static int List(bool json)
    {
        var specs = KernelSpecs.Find();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { kernels = specs }, s_jsonOptions));
            return 0;
        }
        foreach (var spec in specs)
            Console.WriteLine($"{spec.Name,-20} {spec.DisplayName,-20} {spec.Folder}{(spec.IsOurs ? "  (ours)" : "")}{(spec.Problem is null ? "" : $"  PROBLEM: {spec.Problem}")}");
        if (!specs.Any(spec => spec.IsOurs))
            Console.WriteLine($"Ours is not installed. {Advice}");
        if (specs.Any(spec => spec is { IsOurs: true, Problem: not null }))
            Console.WriteLine($"Ours cannot start. {Advice}");
        return 0;
    }

    private static async Task<int> StartAsync(string file)
    {
        await using (var kernel = new KernelServer(ConnectionFile.Load(file)))
        {
            // How a front end interrupts that does not know of interrupt messages.
            using var signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
            {
                context.Cancel = true;
                kernel.Interrupt();
            });
            await Task.WhenAny(kernel.Ended, ParentEndsAsync());
        }
        // Not by returning: a thread that a cell started would keep the process, and its front end, waiting.
        Environment.Exit(0);
        return 0;
    }

    /// <summary>A front end that was killed says nothing more. Jupyter names itself, so that its kernels need not stay behind.</summary>
    private static async Task ParentEndsAsync()
    {
        // On Windows the number is a handle, and the system ends the kernel with its front end.
        if (OperatingSystem.IsWindows() || !int.TryParse(Environment.GetEnvironmentVariable("JPY_PARENT_PID"), out var id) || id <= 1)
        {
            await Task.Delay(Timeout.Infinite);
            return;
        }
        try
        {
            using var parent = Process.GetProcessById(id);
            await parent.WaitForExitAsync();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // it has ended already
        }
    }
}
