using System.Text;
using StructuredConcurrency;
using StructuredConcurrency.Simulation;
using Workshop.Lesson;
using Xunit;

namespace Grader.Tests;

public sealed class CompactLogTests
{
    [Fact]
    public void Read_LogOfARealRun_IsThatLog()
    {
        var log = new EventLog();
        log.SetProperty("scenario", "the lesson");
        EventLoop.Run(() => LessonProgram.RunAsync(new LessonSettings(), new SimulatedWork(1, EventLoop.Current!.TimeProvider, null)), new EventLoopOptions { Log = log });
        Assert.True(log.Count > 100);
        var read = WriteAndRead(log);
        Assert.Equal(log.Events, read.Events);
        Assert.Equal(log.Properties, read.Properties);
    }

    [Fact]
    public void Read_EventWithEveryField_IsThatEvent()
    {
        var log = new EventLog();
        log.OnEvent(new ScopeEvent
        {
            Sequence = long.MaxValue,
            Time = TimeSpan.FromTicks(-1),
            Kind = ScopeEventKind.WaitStarted,
            Task = int.MinValue,
            TaskName = "",
            Scope = 1,
            ScopeName = "a \0 b",
            Thread = 2,
            ScopeKind = ScopeKind.Shield,
            Parent = 3,
            Target = 4,
            Queue = "q",
            Item = "ü🙂",
            Depth = 5,
            Capacity = int.MaxValue,
            Unfinished = 6,
            Wait = ScopeWait.Room,
            By = 7,
            Cause = 8,
            Deadline = TimeSpan.MaxValue,
            Outcome = ScopeOutcome.Cancelled,
            Text = new string('x', 100_000),
        });
        Assert.All(typeof(ScopeEvent).GetProperties(), property => Assert.NotNull(property.GetValue(log.Events[0]))); // none is forgotten here
        Assert.Equal(log.Events, WriteAndRead(log).Events);
    }

    [Fact]
    public void Read_FrameWithAChangedByte_IsAnotherOrNone()
    {
        var log = new EventLog();
        log.OnEvent(new ScopeEvent { Sequence = 1, Kind = ScopeEventKind.Put, Task = 1, TaskName = "P", Queue = "q", Item = "1", Time = TimeSpan.FromSeconds(1) });
        var stream = new MemoryStream();
        new FrameWriter(stream).Write(new RunFrame { Kind = FrameKind.Run, Scenario = "s" }, log);
        var whole = stream.ToArray();
        Assert.NotNull(Read(whole));
        for (var i = 0; i < whole.Length; i++)
        {
            for (var value = 0; value < 256; value++)
            {
                var mangled = (byte[])whole.Clone();
                mangled[i] = (byte)value;
                try
                {
                    _ = Read(mangled); // another frame, or none
                }
                catch (ForgedFrameException)
                {
                    // or found out
                }
            }

            Assert.Null(Read(whole[..i])); // half a frame is none
        }
    }

    private static (RunFrame Frame, ObservedLog? Log)? Read(byte[] bytes) => new FrameReader(new BufferedStream(new MemoryStream(bytes))).Read();

    private static ObservedLog WriteAndRead(EventLog log)
    {
        var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        CompactLog.Write(writer, log.Properties, log.Events);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        return CompactLog.Read(reader);
    }
}
