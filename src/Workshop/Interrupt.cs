using System.Runtime.InteropServices;

namespace Workshop;

/// <summary>Turns Ctrl+C into a cancelled token, for as long as it lives: a verb ends in its own way, with what it has.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly PosixSignalRegistration _registration;

    private Interrupt(CancellationToken outer)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(outer);
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            _source.Cancel();
        });
    }

    public CancellationToken Token => _source.Token;

    public static Interrupt Listen(CancellationToken outer = default) => new(outer);

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }
}
