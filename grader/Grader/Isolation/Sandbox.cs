using Grader.Linux;

namespace Grader;

/// <summary>What a worker process gives up before it runs a learner's code: each by what the system offers, and for good.</summary>
internal static class Sandbox
{
    // All that the process may have of its own, the runtime's 512 MiB of managed memory included.
    private const ulong MostData = 1_536UL << 20;

    private const ulong MostOpenFiles = 512;

    // What the runtime may still ask for: its libraries, the clock's zones, what it knows of the machine.
    private static readonly string[] s_folders =
    [
        "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/nix/store", "/usr/share/zoneinfo", "/etc/ssl", "/usr/lib/ssl", "/usr/share/ca-certificates",
        "/proc", "/sys/fs/cgroup", "/sys/devices/system",
    ];

    private static readonly string[] s_files =
    [
        "/etc/localtime", "/etc/timezone", "/etc/ld.so.cache", "/etc/ld-musl-x86_64.path", "/etc/ld-musl-aarch64.path", "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom",
    ];

    /// <summary>The kit's libraries that a learner's program may need. Neither the checks nor a compiler is among them, though they lie beside them.</summary>
    internal static IReadOnlyList<string> Kit { get; } =
    [
        "Grader", "StructuredConcurrency", "StructuredConcurrency.Conformance", "StructuredConcurrency.Simulation", "StructuredConcurrency.Timelines", "Workshop.Lesson",
    ];

    /// <summary>Gives up all that this system lets a process give up. Called first of all, before there is a thread that could be missed.</summary>
    /// <returns>The limits that hold, in words.</returns>
    public static IReadOnlyList<string> Enter()
    {
        if (!OperatingSystem.IsLinux())
            return [];

        var data = LinuxCalls.SetLimit(LinuxCalls.Limit.Data, MostData);
        var openFiles = LinuxCalls.SetLimit(LinuxCalls.Limit.OpenFiles, MostOpenFiles);
        var disk = LinuxCalls.SetLimit(LinuxCalls.Limit.FileSize, 0) & LinuxCalls.SetLimit(LinuxCalls.Limit.CoreDump, 0);
        var restricted = FileRights.Restrict(s_folders.Append(Path.GetDirectoryName(typeof(object).Assembly.Location)!), s_files.Concat(KitFiles()));
        var filtered = LinuxCalls.GiveUpNewPrivileges() && SystemCallFilter.Install(); // last: it refuses what the others need
        return
        [
            .. Held(data, $"at most {MostData >> 20} MiB of memory, the stacks of threads included (setrlimit)"),
            .. Held(openFiles, $"at most {MostOpenFiles} open files (setrlimit)"),
            .. Held(disk, "no bytes to disk, no core dump (setrlimit)"),
            .. Held(filtered, "no file created, changed or deleted (seccomp)"),
            .. Held(filtered, "no network, no socket of any kind (seccomp)"),
            .. Held(filtered, "no other process started, signalled or traced (seccomp)"),
            .. Held(restricted, "no file read but the libraries of the runtime and the kit (Landlock)"),
        ];
    }

    private static IEnumerable<string> KitFiles() =>
        Kit.SelectMany(name => new[] { $"{name}.dll", $"{name}.pdb" }).Select(file => Path.Combine(AppContext.BaseDirectory, file));

    private static string[] Held(bool held, string limit) => held ? [limit] : [];
}
