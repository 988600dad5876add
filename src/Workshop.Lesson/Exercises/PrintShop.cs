using StructuredConcurrency.Simulation;

namespace Workshop.Lesson.Exercises;

/// <summary>The world of exercise 03: a print shop in which orders come in at the counter and presses print them.</summary>
/// <remarks>
/// All it does is take time, on the clock of the event loop that runs the program, and tell the log about it. Everything about tasks and queues
/// is the program's own affair.
/// </remarks>
public sealed class PrintShop
{
    private readonly PrintShopSettings _settings;
    private readonly SimulatedWork _work;

    /// <summary>Opens the shop; its clock starts now.</summary>
    /// <param name="settings">The figures of the morning.</param>
    public PrintShop(PrintShopSettings settings)
    {
        _settings = settings;
        Clock = EventLoop.Current?.TimeProvider ?? TimeProvider.System;
        _work = new SimulatedWork(settings.Seed, Clock, Console.WriteLine);
    }

    /// <summary>How many orders come in this morning; they are numbered from 1.</summary>
    public int OrderCount => _settings.Orders;

    /// <summary>How many presses there are.</summary>
    public int PressCount => _settings.Presses;

    /// <summary>How many orders may lie in the tray between counter and presses; <see langword="null"/>: no limit.</summary>
    public int? TraySize => _settings.TraySize;

    /// <summary>The shop's clock, for delays of your own: <c>Task.Delay(time, shop.Clock, token)</c>.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Waits for the next customer: 5 to 50 ms.</summary>
    /// <param name="number">The number that the order gets.</param>
    /// <param name="token">Closes the counter at once.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<Order> ReceiveOrderAsync(int number, CancellationToken token)
    {
        await _work.MakeAsync(number, token);
        return new Order(number);
    }

    /// <summary>Prints an order: 20 to 100 ms.</summary>
    /// <param name="order">The order.</param>
    /// <param name="token">Stops the press at once: what is half printed is spoilt.</param>
    /// <exception cref="BrokenOrderException">The order cannot be printed. It took its time all the same.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task PrintAsync(Order order, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(order);
        return _work.ProcessAsync(order.Number, token, _settings.BrokenOrders.Contains(order.Number) ? () => new BrokenOrderException(order) : null);
    }

    /// <summary>Tells the customer that an order cannot be printed. Takes no time.</summary>
    /// <param name="order">The order.</param>
    public void Refund(Order order) => _work.Print($"REFUND {order}");

    /// <summary>Prints a line, with the seconds since the shop opened behind it; the timeline shows it as well.</summary>
    /// <param name="text">The line.</param>
    public void Say(string text) => _work.Print($"> {text}");
}
