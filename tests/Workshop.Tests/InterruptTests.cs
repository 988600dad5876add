using System.Runtime.InteropServices;

namespace Workshop.Tests;

public sealed class InterruptTests
{
    [Fact]
    public void OnSignal_TheFirst_CancelsAndTheSecondIsLeftToEndTheProcess()
    {
        using var interrupt = Interrupt.Listen(TestContext.Current.CancellationToken);
        var first = new PosixSignalContext(PosixSignal.SIGINT);
        interrupt.OnSignal(first);
        Assert.True(interrupt.Token.IsCancellationRequested);
        Assert.True(first.Cancel);

        var second = new PosixSignalContext(PosixSignal.SIGINT);
        interrupt.OnSignal(second);
        Assert.False(second.Cancel);
    }
}
