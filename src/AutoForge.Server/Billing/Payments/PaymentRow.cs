namespace AutoForge.Server.Billing.Payments;

/// <summary>A payment as it is stored; without account and amount while only its refunds or disputes have been told.</summary>
/// <param name="RefundedCents">What has been booked of its refunds, in <paramref name="RefundBookings"/> steps.</param>
internal sealed record PaymentRow(string Id, Guid? AccountId, long? AmountCents, long RefundedCents, int RefundBookings);

/// <param name="Taken">Whether the dispute has been booked.</param>
/// <param name="Returned">Whether its return has been booked.</param>
internal sealed record DisputeRow(string Id, long AmountCents, bool IsWon, bool Taken, bool Returned);
