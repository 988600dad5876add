using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Grader.Linux;

/// <summary>
/// Has the kernel let a process read some files and no others, change none, reach no TCP port, and look into no process but itself (Landlock).
/// </summary>
/// <remarks>
/// Landlock restricts the thread that asks for it and those that are begun by restricted ones. So it is asked for at the very start, by the main thread and by the
/// one that runs finalisers: no other thread runs managed code by then. The runtime's own helper threads stay as they are.
/// </remarks>
internal static class FileRights
{
    // The same numbers on every kind of processor.
    private const nint CreateRuleset = 444;
    private const nint AddRule = 445;
    private const nint RestrictSelf = 446;

    private const nint AskForVersion = 1;
    private const nint RuleOfPath = 1;

    private const ulong ReadFile = 1 << 2;
    private const ulong ReadFolder = 1 << 3;
    private const ulong TcpBindAndConnect = 0b11;
    private const ulong SignalsAndAbstractSockets = 0b11;

    /// <summary>The kernel's version of Landlock, from 1; negative: it has none, or was started without.</summary>
    public static unsafe int Version => (int)LinuxCalls.SystemCall(CreateRuleset, 0, null, AskForVersion, 0);

    /// <summary>Lets this process read what is named, and nothing else.</summary>
    /// <param name="folders">With all that is in them; those that do not exist are left out.</param>
    /// <param name="files">Single files.</param>
    /// <returns>Whether the kernel took it.</returns>
    public static unsafe bool Restrict(IEnumerable<string> folders, IEnumerable<string> files)
    {
        var version = Version;
        if (version < 1)
            return false;

        // A kernel refuses what it does not know.
        var handled = new Handled
        {
            Files = version switch { 1 => (1 << 13) - 1, 2 => (1 << 14) - 1, 3 or 4 => (1 << 15) - 1, _ => (1 << 16) - 1 },
            Ports = version >= 4 ? TcpBindAndConnect : 0,
            Beyond = version >= 6 ? SignalsAndAbstractSockets : 0,
        };
        var size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
        var ruleset = (int)LinuxCalls.SystemCall(CreateRuleset, (nint)(&handled), (void*)size, 0, 0);
        if (ruleset < 0)
            return false;
        foreach (var folder in folders)
            Allow(ruleset, folder, ReadFile | ReadFolder);
        foreach (var file in files)
            Allow(ruleset, file, ReadFile);

        var held = Ask(ruleset) && AskAsFinaliser(ruleset);
        LinuxCalls.Close(ruleset);
        return held;
    }

    private static unsafe void Allow(int ruleset, string path, ulong rights)
    {
        var place = LinuxCalls.OpenPath(path);
        if (place < 0)
            return;
        var rule = new PathRule { Rights = rights, Place = place };
        LinuxCalls.SystemCall(AddRule, ruleset, (void*)RuleOfPath, (nint)(&rule), 0);
        LinuxCalls.Close(place);
    }

    private static unsafe bool Ask(int ruleset) => LinuxCalls.GiveUpNewPrivileges() && LinuxCalls.GiveUpRootsRights() && LinuxCalls.SystemCall(RestrictSelf, ruleset, null, 0, 0) == 0;

    private static bool AskAsFinaliser(int ruleset)
    {
        var held = new StrongBox<bool>();
        Drop(ruleset, held);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return held.Value;

        [MethodImpl(MethodImplOptions.NoInlining)] // so that no frame holds it
        static void Drop(int ruleset, StrongBox<bool> held) => _ = new Finaliser(ruleset, held);
    }

    private sealed class Finaliser(int ruleset, StrongBox<bool> held)
    {
#pragma warning disable MA0055 // the thread that runs it is what counts
        ~Finaliser() => held.Value = Ask(ruleset);
#pragma warning restore MA0055
    }

    /// <summary>As the kernel reads it: <c>struct landlock_ruleset_attr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Handled
    {
        public ulong Files;
        public ulong Ports;
        public ulong Beyond;
    }

    /// <summary>As the kernel reads it: <c>struct landlock_path_beneath_attr</c>.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct PathRule
    {
        public ulong Rights;
        public int Place;
    }
}
