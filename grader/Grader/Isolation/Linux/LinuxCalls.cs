using System.Runtime.InteropServices;

namespace Grader.Linux;

/// <summary>The few calls into Linux by which a process gives up rights for good.</summary>
internal static partial class LinuxCalls
{
    private const int SetNoNewPrivileges = 38;

    private const uint UseWhatBelongsToOthers = 1 << 1; // CAP_DAC_OVERRIDE
    private const uint ReadWhatBelongsToOthers = 1 << 2; // CAP_DAC_READ_SEARCH

    private const int OpenForItsPlaceOnly = 0x280000; // O_PATH | O_CLOEXEC

    /// <summary>A limit of <c>setrlimit</c>.</summary>
    internal enum Limit
    {
        FileSize = 1,
        Data = 2,
        CoreDump = 4,
        OpenFiles = 7,
    }

    /// <summary>Has the calling thread give up what root may do beyond others, but for reading what belongs to others.</summary>
    /// <remarks>Root's own rights get past what Landlock keeps from everybody else: the memory and the environment of other processes.</remarks>
    public static bool GiveUpRootsRights() =>
        !Environment.IsPrivilegedProcess || KeepRights(ReadWhatBelongsToOthers) || KeepRights(UseWhatBelongsToOthers) || KeepRights(0); // in a container root may lack them

    /// <summary>Without it nobody but root may restrict itself.</summary>
    public static bool GiveUpNewPrivileges() => Prctl(SetNoNewPrivileges, 1, 0, 0, 0) == 0;

    public static bool SetLimit(Limit limit, ulong most) => SetResourceLimit((int)limit, [most, most]) == 0;

    /// <returns>A handle, or a negative number: there is no such file or folder.</returns>
    public static int OpenPath(string path) => Open(path, OpenForItsPlaceOnly);

    public static void Close(int handle) => _ = CloseHandle(handle);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static unsafe partial nint SystemCall(nint number, nint first, void* second, nint third, nint fourth);

    private static bool KeepRights(uint rights)
    {
        Span<uint> version = [0x20080522, 0];
        Span<uint> effectivePermittedInheritable = [rights, rights, 0, 0, 0, 0];
        return SetCapabilities(version, effectivePermittedInheritable) == 0;
    }

    [LibraryImport("libc", EntryPoint = "capset")]
    private static partial int SetCapabilities(ReadOnlySpan<uint> version, ReadOnlySpan<uint> rights);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseHandle(int handle);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetResourceLimit(int limit, ReadOnlySpan<ulong> softAndHard);
}
