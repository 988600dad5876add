using System.Globalization;
using System.Runtime.InteropServices;
using Call = (string Name, int? X64, int? Arm64);

namespace Grader.Linux;

/// <summary>
/// Has the kernel refuse what no answer needs (seccomp): changing files, the network, other processes, the machine. It holds for every thread there is and
/// will be, and nothing takes it back. What is refused fails with "permission denied": code that tries it can say so, and ends as it would anywhere.
/// </summary>
/// <remarks>The filter is a small program for the kernel, in the instructions of the classic Berkeley packet filter. It jumps forward only.</remarks>
internal static class SystemCallFilter
{
    // In struct seccomp_data; the arguments are eight bytes each, low half first on the two kinds of processor that are known here.
    private const uint NumberAt = 0;
    private const uint ProcessorAt = 4;
    private const uint ArgumentsAt = 16;

    private const ushort Load = 0x20;
    private const ushort KeepBits = 0x54;
    private const ushort IfEqual = 0x15;
    private const ushort IfGreater = 0x25;
    private const ushort IfAnyBit = 0x45;
    private const ushort Return = 0x06;

    private const uint Allow = 0x7fff0000;
    private const uint KillProcess = 0x80000000;
    private const uint Refuse = 0x00050000 | 13; // EACCES
    private const uint Unknown = 0x00050000 | 38; // ENOSYS: a library then takes an older call

    private const uint NewThread = 0x10000; // CLONE_THREAD
    private const uint OpenToChange = 0x1 | 0x2 | 0x40 | 0x200 | 0x400000; // O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_TMPFILE
    private const uint SharedMemoryOfNoFile = 0x1 | 0x20; // MAP_SHARED | MAP_ANONYMOUS: no limit counts it
    private const uint SmallEnoughToShare = 1 << 20; // the runtime takes some pages of it
    private const uint OrdinaryPriority = 0; // SCHED_OTHER

    // What came later (io_uring's and fchmodat's relatives among it) is unknown, whatever it does.
    private const uint NewestKnown = 450;

    private const nint SetFilter = 1;
    private const nint InEveryThread = 1;

    // Names, and numbers on x64 and on arm64. As text: an array of so many would take the compiler of the runtime longer than all the rest.
    private const string RefusedCalls = """
        // changing files and folders
        creat 85 -, mkdir 83 -, mkdirat 258 34, rmdir 84 -, unlink 87 -, unlinkat 263 35, rename 82 -, renameat 264 38, renameat2 316 276, link 86 -,
        linkat 265 37, symlink 88 -, symlinkat 266 36, mknod 133 -, mknodat 259 33, chmod 90 -, fchmod 91 52, fchmodat 268 53, chown 92 -,
        fchown 93 55, lchown 94 -, fchownat 260 54, truncate 76 45, ftruncate 77 46, fallocate 285 47, utime 132 -, utimes 235 -, futimesat 261 -,
        utimensat 280 88, setxattr 188 5, lsetxattr 189 6, fsetxattr 190 7, removexattr 197 14, lremovexattr 198 15, fremovexattr 199 16,
        memfd_create 319 279, memfd_secret 447 447, name_to_handle_at 303 264, open_by_handle_at 304 265, copy_file_range 326 285, io_setup 206 0,
        io_submit 209 2, io_uring_setup 425 425, io_uring_enter 426 426, io_uring_register 427 427,
        // the network, and talk with other processes
        socket 41 198, socketpair 53 199, connect 42 203, bind 49 200, listen 50 201, accept 43 202, accept4 288 242, sendto 44 206, sendmsg 46 211,
        sendmmsg 307 269, shmget 29 194, shmat 30 196, msgget 68 186, semget 64 190, mq_open 240 180, mq_unlink 241 181,
        // other processes
        fork 57 -, vfork 58 -, execve 59 221, execveat 322 281, rt_sigqueueinfo 129 138, rt_tgsigqueueinfo 297 240, pidfd_open 434 434,
        pidfd_send_signal 424 424, pidfd_getfd 438 438, ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271, process_madvise 440 440,
        process_mrelease 448 448, kcmp 312 272, setpriority 141 140, sched_setparam 142 118, sched_setattr 314 274, ioprio_set 251 30,
        migrate_pages 256 238, move_pages 279 239, setpgid 109 154, setsid 112 157,
        // who one is, and where
        setuid 105 146, setgid 106 144, setreuid 113 145, setregid 114 143, setresuid 117 147, setresgid 119 149, setfsuid 122 151, setfsgid 123 152,
        setgroups 116 159, capset 126 91, setrlimit 160 164, personality 135 92, unshare 272 97, setns 308 268, chroot 161 51, pivot_root 155 41,
        mount 165 40, umount2 166 39, open_tree 428 428, move_mount 429 429, fsopen 430 430, fsconfig 431 431, fsmount 432 432, fspick 433 433,
        mount_setattr 442 442, quotactl 179 60, quotactl_fd 443 443,
        // the machine
        reboot 169 142, kexec_load 246 104, kexec_file_load 320 294, init_module 175 105, finit_module 313 273, delete_module 176 106,
        swapon 167 224, swapoff 168 225, sethostname 170 161, setdomainname 171 162, settimeofday 164 170, clock_settime 227 112, adjtimex 159 171,
        clock_adjtime 305 266, acct 163 89, syslog 103 116, vhangup 153 58, iopl 172 -, ioperm 173 -, bpf 321 280, perf_event_open 298 241,
        userfaultfd 323 282, fanotify_init 300 262, add_key 248 217, request_key 249 218, keyctl 250 219, modify_ldt 154 -, uselib 134 -,
        """;

    private static readonly Instruction s_allow = new(Return, Allow);
    private static readonly Instruction s_refuse = new(Return, Refuse);
    private static readonly Instruction s_unknown = new(Return, Unknown);

    private static readonly Call s_setFilter = ("seccomp", 317, 277);

    /// <summary>The numbers of the calls that are refused whatever their arguments are.</summary>
    internal static IEnumerable<(string Name, int Number)> Refused
    {
        get
        {
            foreach (var line in RefusedCalls.Split('\n'))
            {
                if (line.StartsWith("//", StringComparison.Ordinal))
                    continue;
                foreach (var call in line.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                {
                    var parts = call.Split(' ');
                    if (int.TryParse(parts[RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 1 : 2], CultureInfo.InvariantCulture, out var number))
                        yield return (parts[0], number);
                }
            }
        }
    }

    /// <summary>Begins to refuse, in all threads.</summary>
    /// <returns>Whether the kernel took it.</returns>
    public static unsafe bool Install()
    {
        if (ProcessorMark() is not { } processor)
            return false;
        var instructions = CollectionsMarshal.AsSpan(Program(processor));
        fixed (Instruction* first = instructions)
        {
            var program = new FilterProgram { Length = (ushort)instructions.Length, First = first };
            return LinuxCalls.SystemCall(Number(s_setFilter)!.Value, SetFilter, (void*)InEveryThread, (nint)(&program), 0) == 0;
        }
    }

    private static List<Instruction> Program(uint processor)
    {
        var own = (uint)Environment.ProcessId;
        var program = new List<Instruction>
        {
            new Instruction(Load, ProcessorAt),
            new Instruction(IfEqual, processor) { SkipIfTrue = 1 },
            new Instruction(Return, KillProcess), // calls of another kind of processor have other numbers
            new Instruction(Load, NumberAt),
            new Instruction(IfGreater, NewestKnown) { SkipIfFalse = 1 },
            s_unknown,
        };

        foreach (var (_, number) in Refused)
        {
            program.Add(new Instruction(IfEqual, (uint)number) { SkipIfFalse = 1 });
            program.Add(s_refuse);
        }

        // musl has no other way to signal a thread. Builds of Microsoft name it, and those of Alpine name Alpine.
        if (!RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) && !RuntimeInformation.RuntimeIdentifier.StartsWith("alpine", StringComparison.Ordinal))
            On(("tkill", 200, 130), s_refuse);

        // Their argument lies in memory, where no filter can see it.
        On(("clone3", 435, 435), s_unknown);
        On(("openat2", 437, 437), s_unknown);

        On(("open", 2, null), Argument(1), new Instruction(IfAnyBit, OpenToChange) { SkipIfFalse = 1 }, s_refuse, s_allow);
        On(("openat", 257, 56), Argument(2), new Instruction(IfAnyBit, OpenToChange) { SkipIfFalse = 1 }, s_refuse, s_allow);
        On(("clone", 56, 220), Argument(0), new Instruction(IfAnyBit, NewThread) { SkipIfTrue = 1 }, s_refuse, s_allow);
        On(
            ("mmap", 9, 222),
            Argument(3), new Instruction(KeepBits, SharedMemoryOfNoFile), new Instruction(IfEqual, SharedMemoryOfNoFile) { SkipIfTrue = 1 }, s_allow,
            Argument(1, high: true), new Instruction(IfEqual, 0) { SkipIfTrue = 1 }, s_refuse,
            Argument(1), new Instruction(IfGreater, SmallEnoughToShare) { SkipIfFalse = 1 }, s_refuse, s_allow);
        On(("sched_setscheduler", 144, 119), Argument(1), new Instruction(IfEqual, OrdinaryPriority) { SkipIfTrue = 1 }, s_refuse, s_allow);

        // Signals to itself only, also of a file or terminal that is told whom to signal; and no typing on the terminal.
        On(("kill", 62, 129), Argument(0), new Instruction(IfEqual, own) { SkipIfTrue = 1 }, s_refuse, s_allow);
        On(("tgkill", 234, 131), Argument(0), new Instruction(IfEqual, own) { SkipIfTrue = 1 }, s_refuse, s_allow);
        On(("fcntl", 72, 25), RefusedIfSecondIs(8 /* F_SETOWN */, 10 /* F_SETSIG */, 15 /* F_SETOWN_EX */));
        On(("ioctl", 16, 29), RefusedIfSecondIs(0x5412 /* TIOCSTI */, 0x541c /* TIOCLINUX */, 0x8901 /* FIOSETOWN */, 0x8902 /* SIOCSPGRP */));

        // Limits may be read, not set.
        On(
            ("prlimit64", 302, 261),
            Argument(2), new Instruction(IfEqual, 0) { SkipIfTrue = 1 }, s_refuse,
            Argument(2, high: true), new Instruction(IfEqual, 0) { SkipIfTrue = 1 }, s_refuse, s_allow);

        program.Add(s_allow);
        return program;

        // What has loaded an argument must return: the number of the call is gone.
        void On(Call call, params ReadOnlySpan<Instruction> then)
        {
            if (Number(call) is not { } number)
                return;
            program.Add(new Instruction(IfEqual, (uint)number) { SkipIfFalse = (byte)then.Length });
            program.AddRange(then);
        }
    }

    private static Instruction[] RefusedIfSecondIs(params ReadOnlySpan<uint> values)
    {
        var instructions = new List<Instruction> { Argument(1) };
        foreach (var value in values)
        {
            instructions.Add(new Instruction(IfEqual, value) { SkipIfFalse = 1 });
            instructions.Add(s_refuse);
        }

        return [.. instructions, s_allow];
    }

    private static Instruction Argument(uint place, bool high = false) => new Instruction(Load, ArgumentsAt + (8 * place) + (high ? 4u : 0));

    private static int? Number(Call call) => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? call.X64 : call.Arm64;

    /// <summary>How the kernel names the kind of processor; <see langword="null"/>: the numbers of its calls are not known here.</summary>
    private static uint? ProcessorMark() => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 0xc000003e,
        Architecture.Arm64 => 0xc00000b7,
        _ => null,
    };

    /// <summary>As the kernel reads it: <c>struct sock_filter</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Instruction(ushort code, uint value)
    {
        private readonly ushort _code = code;

        public byte SkipIfTrue { get; init; }

        public byte SkipIfFalse { get; init; }

        private readonly uint _value = value;
    }

    /// <summary>As the kernel reads it: <c>struct sock_fprog</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct FilterProgram
    {
        public ushort Length;
        public Instruction* First;
    }
}
